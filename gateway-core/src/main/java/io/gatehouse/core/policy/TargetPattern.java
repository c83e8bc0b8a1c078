package io.gatehouse.core.policy;

import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;

/** A pattern in a rule's {@code targets}: a host name, a wildcard, an address or a CIDR block. */
public sealed interface TargetPattern {

    /** {@code *}: every name and address, apart from those that {@link AddressGuard} keeps for explicit entries. */
    record Any() implements TargetPattern {
        @Override
        public String toString() {
            return "*";
        }
    }

    /**
     * One host name.
     *
     * @param host normalised
     */
    record Name(String host) implements TargetPattern {
        @Override
        public String toString() {
            return host;
        }
    }

    /**
     * {@code *.example.com}: every name below {@code example.com}, however deep, but not {@code example.com} itself.
     *
     * @param suffix normalised, with the leading dot
     */
    record Below(String suffix) implements TargetPattern {
        @Override
        public String toString() {
            return "*" + suffix;
        }
    }

    /**
     * An address or a block of them. A host name matches when it resolves into the block.
     *
     * @param cidr the block
     */
    record Block(Cidr cidr) implements TargetPattern {
        @Override
        public String toString() {
            return cidr.toString();
        }
    }

    /** Reads a host name, {@code *.suffix}, {@code *}, an address or a CIDR block. */
    static Parsed<TargetPattern> parse(String text) {
        if (text.equals("*")) {
            return Parsed.valid(new Any());
        }
        if (text.indexOf('/') >= 0) {
            return switch (Cidr.parse(text)) {
                case Parsed.Valid<Cidr>(Cidr cidr) -> Parsed.valid(new Block(cidr));
                case Parsed.Faulty<Cidr>(String problem) -> Parsed.faulty(problem);
            };
        }
        boolean below = text.startsWith("*.");
        return switch (TargetName.parse(below ? text.substring(2) : text)) {
            case Parsed.Valid<TargetName>(TargetName name) -> pattern(text, below, name);
            case Parsed.Faulty<TargetName>(String problem) ->
                Parsed.faulty("\"" + text + "\": " + problem
                        + "; expected a host name, \"*.example.com\", an address, a block such as"
                        + " \"10.1.0.0/16\" or \"*\"");
        };
    }

    private static Parsed<TargetPattern> pattern(String text, boolean below, TargetName name) {
        if (name.address().isEmpty()) {
            return Parsed.valid(below ? new Below("." + name.host()) : new Name(name.host()));
        }
        InetAddress address = name.address().get();
        return below
                ? Parsed.faulty("\"" + text
                        + "\": a wildcard in front of an address (expected a block such as \"10.1.0.0/16\")")
                : Parsed.valid(new Block(new Cidr(address, address.getAddress().length * 8)));
    }

    /** Whether the name alone, unresolved, is one that this pattern covers. */
    default boolean coversName(TargetName name) {
        return switch (this) {
            case Any() -> true;
            case Name(String host) -> name.host().equals(host);
            case Below(String suffix) -> name.address().isEmpty() && name.host().endsWith(suffix);
            case Block(Cidr cidr) -> name.address().map(cidr::contains).orElse(false);
        };
    }

    /** Whether {@code address} is one that this pattern names by address. */
    default boolean coversAddress(InetAddress address) {
        return switch (this) {
            case Any(), Name(String _), Below(String _) -> false;
            case Block(Cidr cidr) -> cidr.contains(address);
        };
    }
}
