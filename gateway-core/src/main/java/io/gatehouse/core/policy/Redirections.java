package io.gatehouse.core.policy;

import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.tsgu.RedirectionFlag;

/** The words of a rule's {@code disable}. */
public final class Redirections {
    private Redirections() {}

    /** Reads one word as the bit of its {@link RedirectionFlag}. */
    public static Parsed<RedirectionFlag> parse(String text) {
        return switch (text) {
            case "all" -> Parsed.valid(RedirectionFlag.DISABLE_ALL);
            case "drive" -> Parsed.valid(RedirectionFlag.DISABLE_DRIVE);
            case "printer" -> Parsed.valid(RedirectionFlag.DISABLE_PRINTER);
            case "port" -> Parsed.valid(RedirectionFlag.DISABLE_PORT);
            case "clipboard" -> Parsed.valid(RedirectionFlag.DISABLE_CLIPBOARD);
            case "pnp" -> Parsed.valid(RedirectionFlag.DISABLE_PNP);
            default ->
                Parsed.faulty("\"" + text
                        + "\" (expected \"drive\", \"printer\", \"port\", \"clipboard\", \"pnp\" or \"all\")");
        };
    }
}
