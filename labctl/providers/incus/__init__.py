"""Benches on an Incus cluster; not offered to rooms until a bench can be built on one."""
