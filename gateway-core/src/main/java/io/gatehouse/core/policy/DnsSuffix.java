package io.gatehouse.core.policy;

import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;

/**
 * The domain of hosts that are called by one label: {@code pc1} and {@code pc1.example.com} are one target then, for
 * rules, the resolver and the audit log alike.
 *
 * @param domain normalised, without a leading dot; empty when names stay as they are
 */
public record DnsSuffix(String domain) {
    /** Names stay as they are. */
    public static final DnsSuffix NONE = new DnsSuffix("");

    /** Reads the name of a domain. */
    public static Parsed<DnsSuffix> parse(String text) {
        return switch (TargetName.parse(text)) {
            case Parsed.Valid<TargetName>(TargetName name)
            when name.address().isEmpty() -> Parsed.valid(new DnsSuffix(name.host()));
            case Parsed.Valid<TargetName> _ ->
                Parsed.faulty(Excerpt.of(text) + " is an address (expected the name of a domain)");
            case Parsed.Faulty<TargetName>(String problem) -> Parsed.faulty(Excerpt.of(text) + ": " + problem);
        };
    }

    /** {@code host} with the domain, if it has one label only; {@code localhost} is nobody else's. */
    public String complete(String host) {
        boolean alone = host.indexOf('.') < 0 && host.indexOf(':') < 0 && !host.equals("localhost");
        return alone && !domain.isEmpty() ? host + "." + domain : host;
    }

    /** {@code name} with the domain, if it has one label only. */
    TargetName complete(TargetName name) {
        String whole = complete(name.host());
        return whole.equals(name.host()) ? name : new TargetName(whole, name.address());
    }

    @Override
    public String toString() {
        return domain;
    }
}
