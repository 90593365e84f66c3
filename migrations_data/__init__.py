"""Moving in: data from other test-management tools."""
