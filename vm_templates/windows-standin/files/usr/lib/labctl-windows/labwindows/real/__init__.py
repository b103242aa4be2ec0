"""What the machine really is, told as Windows tells it."""
