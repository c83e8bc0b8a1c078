package io.gatehouse.core.limits;

/** Who has the turn when there is more to compute than the gateway can, the first of them most often. */
public enum Rank {
    /** The source signed in to the account within the last week. */
    SIGNED_IN_BEFORE,
    /** The source guessed nothing wrong lately. */
    NEW,
    /** The source guessed wrong lately. */
    GUESSED_WRONG
}
