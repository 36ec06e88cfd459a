"""The room's name and label."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """Sealed wing, database "sealed"; the desk process alone installs it."""

    name = "closecall.sealed.workbench"
    label = "workbench"

    def ready(self) -> None:
        """Connect the intake box, which accounts can't import: keys are compared at every sign-in."""
        from closecall.sealed.accounts import box
        from closecall.sealed.intake import actions, queries

        box.connect(
            keys_in_use=queries.generation_keys,
            open_generation=actions.open_generation,
            move_to_generation=actions.move_to_generation,
            close=actions.close_intake,
        )
