"""Pure rules of reliability: drawing a sample, reading sheets, agreement, settling differences."""
