"""The process of a run and its jobs: locks, snapshots, progress, interruption, failures."""
