package io.gatehouse.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A user whose credentials were verified. All names come from whoever validated them, never from the client's text.
 *
 * @param provider the name of the provider that validated, for example {@code ntlm}
 * @param method how the user signed in, for example {@code ntlm} or {@code basic}; rules match it
 * @param user the canonical account name, without domain
 * @param domain the canonical domain or realm, empty for accounts of the gateway's own
 * @param upn the user principal name, when the validator knows one
 * @param groups names of groups, to be read as {@code groupNames} says
 * @param groupNames whose names of groups these are
 * @param sids security identifiers of user and groups, in their {@code S-1-…} text form
 * @param proofs what was verified beside the credentials
 * @param claims what else an identity provider says of them, by the name of the claim, which rules may ask for; empty
 *     where nobody says anything. Names and values of at most {@value #LONGEST_VALUE} characters, {@value #MOST_TEXT}
 *     in all, and at most {@value #MOST_VALUES} values
 * @param extract which of their groups and claims these are
 * @param grant confines them to what their token opens; empty for everybody who signed in otherwise
 */
public record Identity(
        String provider,
        String method,
        String user,
        Optional<String> domain,
        Optional<String> upn,
        Set<String> groups,
        GroupNames groupNames,
        Set<String> sids,
        Set<Proof> proofs,
        Map<String, Set<String>> claims,
        Extract extract,
        Optional<Grant> grant) {
    /** How many values its claims have at most, all together. */
    public static final int MOST_VALUES = 4096;
    /** How long the name or a value of a claim is at most, in characters. */
    public static final int LONGEST_VALUE = 256;
    /** How long the names and values of its claims are at most, all together, in characters. */
    public static final int MOST_TEXT = 64 * 1024;

    /** How the names of {@link Identity#groups} are read. */
    public enum GroupNames {
        /**
         * Each is a name within the domain of the identity, whatever it looks like: it cannot name a group of another
         * domain.
         */
        OF_THE_DOMAIN,
        /**
         * As rules write them, {@code name} or {@code DOMAIN\name}: said by a back end that knows the domain of each
         * group itself, never by a claim or a header.
         */
        AS_IN_RULES
    }

    /** Protections that were verified beside the credentials. */
    public enum Proof {
        /** NTLM's message integrity code over all three messages. */
        MESSAGE_INTEGRITY,
        /** The client named the TLS certificate of this very connection. */
        CHANNEL_BINDING,
        /** More than one factor. */
        MULTI_FACTOR
    }

    /**
     * Which of the groups and claims of a user an identity has. A token has room for those that rules name, and for no
     * more; when the rules name others later, nobody can say whether the user has them.
     *
     * @param groups empty for all groups; otherwise the digest of the names of which these are the user's
     * @param claims the same for claims
     */
    public record Extract(Optional<String> groups, Optional<String> claims) {
        /** All groups and claims. */
        public static final Extract ALL = new Extract(Optional.empty(), Optional.empty());
    }

    public Identity {
        if (user.isBlank()) {
            throw new IllegalArgumentException("identity without a user name");
        }
        groups = Set.copyOf(groups);
        groupNames = groups.isEmpty() ? GroupNames.OF_THE_DOMAIN : groupNames; // nobody's groups are read in one way
        sids = Set.copyOf(sids);
        proofs = Set.copyOf(proofs);
        claims = copyOf(claims);
    }

    private static Map<String, Set<String>> copyOf(Map<String, Set<String>> claims) {
        claimsProblem(claims).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        Map<String, Set<String>> copy = new LinkedHashMap<>();
        claims.forEach((name, values) -> copy.put(name, Set.copyOf(values)));
        return Map.copyOf(copy);
    }

    /** Why {@code claims} cannot be those of an identity; empty when they can. */
    public static Optional<String> claimsProblem(Map<String, Set<String>> claims) {
        int values = 0;
        int text = 0;
        for (Map.Entry<String, Set<String>> claim : claims.entrySet()) {
            int longest = claim.getKey().length();
            text += longest;
            for (String value : claim.getValue()) {
                longest = Math.max(longest, value.length());
                text += value.length();
            }
            if (longest > LONGEST_VALUE) {
                return Optional.of("a claim with a name or value of " + longest + " characters (expected at most "
                        + LONGEST_VALUE + ")");
            }
            values += claim.getValue().size();
            if (values > MOST_VALUES || text > MOST_TEXT) {
                return Optional.of(
                        "claims of more than " + MOST_VALUES + " values, or of more than " + MOST_TEXT + " characters");
            }
        }
        return Optional.empty();
    }

    /** Somebody who did not bring a token, with names of groups in their own domain. */
    public Identity(
            String provider,
            String method,
            String user,
            Optional<String> domain,
            Optional<String> upn,
            Set<String> groups,
            Set<String> sids,
            Set<Proof> proofs) {
        this(
                provider,
                method,
                user,
                domain,
                upn,
                groups,
                GroupNames.OF_THE_DOMAIN,
                sids,
                proofs,
                Map.of(),
                Extract.ALL,
                Optional.empty());
    }

    /** What a copy of an identity has; changed before the copy is made. */
    private static final class Copy {
        private final Identity of;
        private String method;
        private Optional<String> domain;
        private Set<String> groups;
        private GroupNames groupNames;
        private Set<String> sids;
        private Set<Proof> proofs;
        private Map<String, Set<String>> claims;
        private Extract extract;
        private Optional<Grant> grant;

        private Copy(Identity of) {
            this.of = of;
            method = of.method;
            domain = of.domain;
            groups = of.groups;
            groupNames = of.groupNames;
            sids = of.sids;
            proofs = of.proofs;
            claims = of.claims;
            extract = of.extract;
            grant = of.grant;
        }

        private Identity made() {
            return new Identity(
                    of.provider,
                    method,
                    of.user,
                    domain,
                    of.upn,
                    groups,
                    groupNames,
                    sids,
                    proofs,
                    claims,
                    extract,
                    grant);
        }
    }

    private Identity changed(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.made();
    }

    /** The same user, who signed in by another method. */
    public Identity by(String other) {
        return changed(copy -> copy.method = other);
    }

    /** The same user, under another name of their domain. */
    public Identity withDomain(Optional<String> canonical) {
        return changed(copy -> copy.domain = canonical);
    }

    /** The same user, with more or less verified. */
    public Identity withProofs(Set<Proof> verified) {
        return changed(copy -> copy.proofs = verified);
    }

    /** The same user, of whom an identity provider says more or less. */
    public Identity withClaims(Map<String, Set<String>> told) {
        return changed(copy -> copy.claims = told);
    }

    /** Without the values of claims: an identity provider may send what nobody else should read. */
    @Override
    public String toString() {
        return "Identity[provider=" + provider + ", method=" + method + ", user=" + user + ", domain=" + domain
                + ", upn="
                + upn + ", groups=" + groups + ", groupNames=" + groupNames + ", sids=" + sids + ", proofs=" + proofs
                + ", claims=" + claims.keySet() + ", extract=" + extract + ", grant=" + grant + "]";
    }

    /** The same user, of other groups. */
    public Identity withGroups(Set<String> names, Set<String> identifiers) {
        return changed(copy -> {
            copy.groups = names;
            copy.sids = identifiers;
        });
    }

    /** The same user, in the groups that they are in now: all of them. */
    public Identity with(Membership now) {
        return changed(copy -> {
            copy.groups = now.groups();
            copy.groupNames = now.groupNames();
            copy.sids = now.sids();
            copy.extract = new Extract(Optional.empty(), extract.claims());
        });
    }

    /** The same user, whose groups and claims are those that {@code known} says. */
    public Identity extracted(Extract known) {
        return changed(copy -> copy.extract = known);
    }

    /** The same user, in groups that {@code names} call as rules do ({@link GroupNames#AS_IN_RULES}). */
    public Identity withGroupsAsInRules(Set<String> names) {
        return changed(copy -> {
            copy.groups = names;
            copy.groupNames = GroupNames.AS_IN_RULES;
        });
    }

    /** The same user, confined to what a token opens. */
    public Identity confinedTo(Grant opened) {
        return changed(copy -> copy.grant = Optional.of(opened));
    }

    /** An account of the gateway's own: no domain, no UPN, no SIDs. */
    public static Identity local(String provider, String method, String user, Set<String> groups, Set<Proof> proofs) {
        return new Identity(provider, method, user, Optional.empty(), Optional.empty(), groups, Set.of(), proofs);
    }

    /** {@code DOMAIN\\user}, or the bare user name of an account without domain. */
    public String displayName() {
        return domain.map(name -> name + "\\" + user).orElse(user);
    }
}
