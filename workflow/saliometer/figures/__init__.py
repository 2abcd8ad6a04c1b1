"""Figures, one drawing a file: functions of tables (panels: of shards too)."""
