package io.gatehouse.jetty.diagnosis;

import java.time.Instant;

/**
 * Something whose connections the log follows for a while.
 *
 * @param kind what {@code subject} is
 * @param subject the key of an account ({@code AccountNames.key}), or addresses in CIDR notation
 * @param since when it began
 * @param until when it ends
 * @param by the administrator who began it
 */
public record DebugWatch(Kind kind, String subject, Instant since, Instant until, String by) {
    /** What connections are followed by. */
    public enum Kind {
        USER,
        SOURCE
    }
}
