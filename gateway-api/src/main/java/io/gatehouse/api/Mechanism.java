package io.gatehouse.api;

/** A way to sign in that a provider offers. So far all of them are dialogues of tokens. */
public sealed interface Mechanism permits TokenMechanism {}
