"""Runs and their files in a Data Directory: jobs, summaries, checkpoints, contact sheets, the training process."""
