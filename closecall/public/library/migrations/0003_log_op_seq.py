"""What left the shelf since an entry of the log is looked up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside the log's own key."""

    dependencies = [('library', '0002_sameevent')]

    operations = [
        migrations.AddIndex(
            model_name='publicationlog',
            index=models.Index(fields=['op', 'seq'], name='library_log_op_seq'),
        ),
    ]
