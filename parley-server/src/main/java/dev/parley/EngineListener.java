package dev.parley;

/** Stands in until the engine lands. */
public interface EngineListener {}
