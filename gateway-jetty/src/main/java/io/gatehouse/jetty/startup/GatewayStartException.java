package io.gatehouse.jetty.startup;

import java.util.List;

/** The gateway cannot start; the message tells the administrator what to mend. */
public final class GatewayStartException extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // an exception of this program only
    private final List<String> problems;

    public GatewayStartException(String message) {
        super(message);
        this.problems = List.of(message);
    }

    /** Several reasons, at least one. */
    public GatewayStartException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public GatewayStartException(String message, Throwable cause) {
        super(message, cause);
        this.problems = List.of(message);
    }

    /** Every reason by itself. */
    public List<String> problems() {
        return problems;
    }

    /** What {@code failure} says, with what its deepest cause says. */
    public static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String outer = failure.getMessage();
        return outer == null || outer.equals(cause.getMessage()) ? cause.toString() : outer + ": " + cause.getMessage();
    }
}
