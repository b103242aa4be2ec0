"""What the switch says that it is."""

VERSION = "1.0"
MODEL = "LABCTL-SW12"
IMAGE = "LABCTL-SWITCH-M"
