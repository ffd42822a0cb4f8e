"""The tree of the plan and what changes its structure: goals, activities, departments, settings."""
