package io.gatehouse.core.policy;

import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.text.Excerpt;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Why a rule did not decide. Its text is for administrators: the audit log and {@code gatehouse explain}. */
public sealed interface Mismatch {
    /** How many values a text names. */
    int MOST_SHOWN = 6;

    /** The user signed in by another method. */
    record OtherMethod(String method) implements Mismatch {}

    /** The account belongs to another domain, or to none. */
    record OtherDomain(Optional<String> domain) implements Mismatch {}

    /**
     * The rule names users and groups, and the user is none of them.
     *
     * @param asked what it asks of the user beside the name of the account
     */
    record OtherUser(Set<Fact> asked) implements Mismatch {
        public OtherUser {
            asked = Set.copyOf(asked);
        }
    }

    /** A claim is not there, or has other values. */
    record OtherClaim(String claim, Set<String> expected, Set<String> found) implements Mismatch {
        public OtherClaim {
            expected = Set.copyOf(expected);
            found = Set.copyOf(found);
        }
    }

    /** The rule asks for a second factor, and none was used or reported. */
    record NoMultiFactor() implements Mismatch {}

    /** The client has another address. */
    record OtherSource(Optional<InetAddress> address) implements Mismatch {}

    /** The connection is not for one of the desktops of the portal. */
    record OtherDesktop(Optional<String> desktop) implements Mismatch {}

    /** It is another time. */
    record OutsideHours(Instant at, ZoneId zone) implements Mismatch {}

    /** Its time is over for good. */
    record Ended(Instant until) implements Mismatch {}

    /** The client asserts another name, or none so far. */
    record OtherClientName(Optional<String> name) implements Mismatch {}

    /**
     * It is not known whether a condition is met.
     *
     * @param fact what would have to be known
     * @param otherwise what is wrong unless it is met
     */
    record NotKnown(Fact fact, Mismatch otherwise) implements Mismatch {}

    /** The rule is for other ports. */
    record OtherPort(int port) implements Mismatch {}

    /** No target of the rule covers this one. */
    record OtherTarget(Target target) implements Mismatch {}

    /** The rule denies addresses, and no rule behind it could allow the target: so nobody was asked for them. */
    record NotLookedUp(Target target) implements Mismatch {}

    /** The addresses of the target were needed, and not found. */
    record NoAddress(String problem) implements Mismatch {}

    /** The rule denies some addresses of the target, which has others. */
    record OtherAddresses(List<InetAddress> denied) implements Mismatch {
        public OtherAddresses {
            denied = List.copyOf(denied);
        }
    }

    /** The rule covers the target, but may not lead to its addresses. */
    record GuardedAddress(List<String> problems) implements Mismatch {
        public GuardedAddress {
            problems = List.copyOf(problems);
        }
    }

    /** Whether the rule is for other people or ways of signing in, so that it says nothing about the target. */
    default boolean isAboutTheUser() {
        return switch (this) {
            case OtherMethod _, OtherDomain _, OtherUser _ -> true;
            case NotKnown(var _, Mismatch otherwise) -> otherwise.isAboutTheUser();
            case OtherClaim _,
                    NoMultiFactor _,
                    OtherSource _,
                    OtherDesktop _,
                    OutsideHours _,
                    Ended _,
                    OtherClientName _,
                    OtherPort _,
                    OtherTarget _,
                    NotLookedUp _,
                    NoAddress _,
                    OtherAddresses _,
                    GuardedAddress _ -> false;
        };
    }

    /** Whether the rule may apply after all: something is not known. */
    default boolean isOpen() {
        return this instanceof NotKnown || this instanceof NoAddress;
    }

    /** What was asked about that may not be known. */
    default Set<Fact> about() {
        return switch (this) {
            case OtherMethod _ -> Set.of(Fact.METHOD);
            case OtherUser(Set<Fact> asked) -> asked;
            case OtherClaim _ -> Set.of(Fact.CLAIMS);
            case NoMultiFactor _ -> Set.of(Fact.MULTI_FACTOR);
            case OtherSource _ -> Set.of(Fact.ADDRESS);
            case OtherDesktop _ -> Set.of(Fact.DESKTOP);
            case OtherClientName _ -> Set.of(Fact.CLIENT_NAME);
            case NotKnown(Fact fact, var _) -> Set.of(fact);
            case OtherDomain _,
                    OutsideHours _,
                    Ended _,
                    OtherPort _,
                    OtherTarget _,
                    NotLookedUp _,
                    NoAddress _,
                    OtherAddresses _,
                    GuardedAddress _ -> Set.of();
        };
    }

    /** One line. */
    default String text() {
        return switch (this) {
            case OtherMethod(String method) -> "the sign-in method " + method + " is not among its methods";
            case OtherDomain(Optional<String> domain) ->
                domain.map(name -> "the domain " + name).orElse("an account without a domain")
                        + " is not among its domains";
            case OtherUser _ -> "the user is not among its users and groups";
            case OtherClaim(String claim, Set<String> expected, Set<String> found) ->
                "the claim " + claim + " is " + (found.isEmpty() ? "missing" : list(found)) + " (expected "
                        + list(expected) + ")";
            case NoMultiFactor() -> "no second factor was used, as far as the sign-in method says";
            case OtherSource(Optional<InetAddress> address) ->
                "the client's address " + address.map(AddressLiteral::text).orElse("(unknown)")
                        + " is not among its sources";
            case OtherDesktop(Optional<String> desktop) ->
                desktop.map(name -> "the desktop " + Excerpt.of(name) + " is not among its desktops")
                        .orElse("the connection was not started from one of its desktops at the portal");
            case OutsideHours(Instant at, ZoneId zone) ->
                DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ENGLISH).format(at.atZone(zone)) + " in " + zone.getId()
                        + " is outside its hours";
            case Ended(Instant until) -> "its time was over at " + until;
            case OtherClientName(Optional<String> name) ->
                name.map(said -> "the client name " + Excerpt.of(said) + " is not among its client names")
                        .orElse("the client has not said its name yet");
            case NotKnown(Fact fact, var _) ->
                switch (fact) {
                    case METHOD -> "the sign-in method is not known";
                    case GROUPS -> "not all groups of the user are known";
                    case PRINCIPAL_NAME -> "the user principal name of the user is not known";
                    case CLAIMS -> "not all claims of the user are known";
                    case MULTI_FACTOR -> "it is not known whether a second factor was used";
                    case ADDRESS -> "the client's address is not known";
                    case DESKTOP -> "it is not known from which desktop of the portal the connection was started";
                    case CLIENT_NAME -> "the client name is not known";
                };
            case OtherPort(int port) -> "port " + port + " is not among its ports";
            case OtherTarget(Target target) -> target.host() + " is not among its targets";
            case NotLookedUp(Target target) ->
                "no later rule for the user can allow " + target.host() + ", so its addresses were not looked up";
            case NoAddress(String problem) -> problem;
            case OtherAddresses(List<InetAddress> denied) ->
                "it denies only "
                        + denied.stream()
                                .limit(MOST_SHOWN)
                                .map(AddressLiteral::text)
                                .collect(Collectors.joining(", "))
                        + " of the target's addresses";
            case GuardedAddress(List<String> problems) -> String.join("; ", problems);
        };
    }

    private static String list(Set<String> values) {
        String shown = new TreeSet<>(values)
                .stream().limit(MOST_SHOWN).map(Excerpt::of).collect(Collectors.joining(", "));
        return values.size() > MOST_SHOWN ? shown + " and " + (values.size() - MOST_SHOWN) + " more" : shown;
    }
}
