package io.gatehouse.core.policy;

import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.tsgu.RedirectionFlag;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a rule's {@code disable} can ask clients not to redirect. */
public enum Redirection {
    DRIVE(RedirectionFlag.DISABLE_DRIVE),
    PRINTER(RedirectionFlag.DISABLE_PRINTER),
    PORT(RedirectionFlag.DISABLE_PORT),
    CLIPBOARD(RedirectionFlag.DISABLE_CLIPBOARD),
    PNP(RedirectionFlag.DISABLE_PNP),
    ALL(RedirectionFlag.DISABLE_ALL);

    private final RedirectionFlag flag;

    Redirection(RedirectionFlag flag) {
        this.flag = flag;
    }

    /** The bit that tells clients. */
    public RedirectionFlag flag() {
        return flag;
    }

    /** The bits that ask clients not to redirect any of {@code disabled}. */
    public static int flags(Collection<Redirection> disabled) {
        return disabled.stream().mapToInt(each -> each.flag.bit()).reduce(0, (one, other) -> one | other);
    }

    /** What {@code flags} ask clients not to redirect, each by itself; may be changed. */
    static Set<Redirection> disabledBy(int flags) {
        EnumSet<Redirection> disabled = EnumSet.noneOf(Redirection.class);
        for (Redirection each : EnumSet.complementOf(EnumSet.of(ALL))) {
            if ((flags & (each.flag.bit() | ALL.flag.bit())) != 0) {
                disabled.add(each);
            }
        }
        return disabled;
    }

    /** Reads one word. */
    public static Parsed<Redirection> parse(String text) {
        return Arrays.stream(values())
                .filter(redirection -> redirection.toString().equals(text))
                .findFirst()
                .map(Parsed::valid)
                .orElseGet(() -> Parsed.faulty("\"" + text
                        + "\" (expected \"drive\", \"printer\", \"port\", \"clipboard\", \"pnp\" or \"all\")"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
