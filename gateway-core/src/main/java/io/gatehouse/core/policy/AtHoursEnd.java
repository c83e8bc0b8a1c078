package io.gatehouse.core.policy;

/** What happens to a channel when the hours of its rule end. */
public enum AtHoursEnd {
    /** The rules are asked again, and the channel is closed unless another one allows it. */
    DISCONNECT,
    /** It goes on: the hours are those in which a channel may be opened. */
    CONTINUE
}
