package io.gatehouse.jetty.startup;

import java.util.List;

/** The gateway cannot start; the message tells the administrator what to mend. */
public final class GatewayStartException extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // an exception of this program only
    private final List<String> problems;

    private final boolean isOfConfiguration;

    public GatewayStartException(String message) {
        this(message, false);
    }

    private GatewayStartException(String message, boolean isOfConfiguration) {
        super(message);
        this.problems = List.of(message);
        this.isOfConfiguration = isOfConfiguration;
    }

    /** A reason that only shows while the gateway starts, and that another start does not mend: a setting is wrong. */
    public static GatewayStartException ofConfiguration(String message) {
        return new GatewayStartException(message, true);
    }

    /** Several reasons, at least one. */
    public GatewayStartException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
        this.isOfConfiguration = false;
    }

    public GatewayStartException(String message, Throwable cause) {
        super(message, cause);
        this.problems = List.of(message);
        this.isOfConfiguration = false;
    }

    /** Every reason by itself. */
    public List<String> problems() {
        return problems;
    }

    /** Whether starting again is of no use before a setting was changed. */
    public boolean isOfConfiguration() {
        return isOfConfiguration;
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
