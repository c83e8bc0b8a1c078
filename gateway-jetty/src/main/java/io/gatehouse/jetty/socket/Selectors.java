package io.gatehouse.jetty.socket;

/** How many selectors share the connections of a listener, or those to targets. */
public final class Selectors {
    private static final int MOST = 8;

    private Selectors() {}

    /** As many as there are processors, within reason. */
    public static int count() {
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST);
    }
}
