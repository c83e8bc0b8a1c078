package io.gatehouse.core.policy;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/** A pattern in a rule's {@code targets}: a host name, a wildcard, the user's own host, an address or a CIDR block. */
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
     * The host of one account: {@code pc-{user}.example.com}. Where two domains have an {@code alice}, it is that of
     * one of them.
     *
     * @param host which host it is for whom
     * @param domain the only domain whose accounts have one, folded, or the empty name for accounts without one; empty
     *     where the host itself names the domain, and before {@link #in} said which one it is: then nobody has one
     */
    record Personal(PersonalHost host, Optional<String> domain) implements TargetPattern {
        private boolean isOf(TargetName name, Identity identity) {
            boolean own = host.namesTheDomain()
                    || domain.filter(AccountNames.folded(identity.domain().orElse(""))::equals)
                            .isPresent();
            return own && host.of(identity).filter(name::equals).isPresent();
        }

        @Override
        public String toString() {
            return host.toString();
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
        if (text.indexOf('{') >= 0) {
            return switch (PersonalHost.parse(text)) {
                case Parsed.Valid<PersonalHost>(PersonalHost host) ->
                    Parsed.valid(new Personal(host, Optional.empty()));
                case Parsed.Faulty<PersonalHost>(String problem) -> Parsed.faulty(problem);
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

    /**
     * The pattern as a rule applies it.
     *
     * @param ruleDomains the domains that the rule is for, folded; a host without its domain in it is that of accounts
     *     of the only one of these, or else of the gateway's own domain
     * @param suffix completes names of one label
     */
    default TargetPattern in(Domains domains, Set<String> ruleDomains, DnsSuffix suffix) {
        return switch (this) {
            case Name(String host) -> new Name(suffix.complete(host));
            case Personal(PersonalHost host, var _) ->
                new Personal(
                        host.completed(suffix),
                        host.namesTheDomain() ? Optional.empty() : Optional.of(owner(domains, ruleDomains)));
            case Any(), Below(String _), Block(Cidr _) -> this;
        };
    }

    private static String owner(Domains domains, Set<String> ruleDomains) {
        return ruleDomains.size() == 1
                ? ruleDomains.iterator().next()
                : domains.own().map(own -> AccountNames.folded(own.name())).orElse("");
    }

    /** Whether the name alone, unresolved, is one that this pattern covers for {@code identity}. */
    default boolean coversName(TargetName name, Identity identity) {
        return switch (this) {
            case Any() -> true;
            case Name(String host) -> name.host().equals(host);
            case Below(String suffix) -> name.address().isEmpty() && name.host().endsWith(suffix);
            case Personal personal -> personal.isOf(name, identity);
            case Block(Cidr cidr) -> name.address().map(cidr::contains).orElse(false);
        };
    }

    /** Whether {@code address} is one that this pattern names by address. */
    default boolean coversAddress(InetAddress address) {
        return switch (this) {
            case Any(), Name(String _), Below(String _), Personal _ -> false;
            case Block(Cidr cidr) -> cidr.contains(address);
        };
    }
}
