package dev.parley.cluster;

/** A bus and what is said on it. Each node has its own. */
public record Wire(Bus bus, Format format) {}
