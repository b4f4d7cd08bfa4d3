"""What it costs to search and to build, beside other search engines doing the same job. `make bench` runs it."""
