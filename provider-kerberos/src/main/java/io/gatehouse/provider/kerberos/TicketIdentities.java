package io.gatehouse.provider.kerberos;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.ChannelBindingCheck;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.ldap.SidNames;
import io.gatehouse.provider.kerberos.message.TicketPart;
import io.gatehouse.provider.kerberos.pac.Pac;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the identity of a proven client: from the PAC where there is one, else from the ticket. Safe for use by many
 * threads.
 *
 * @param domains the configured domains
 * @param localRealms realms whose users are accounts of the gateway's own
 * @param sidNames names groups; without it there are SIDs only
 */
record TicketIdentities(Domains domains, Set<String> localRealms, Optional<SidNames> sidNames) {
    /** What would let a name pass for one in a domain, of a realm, or of two components. */
    private static final String SEPARATORS = "\\/@";

    TicketIdentities {
        localRealms = Set.copyOf(localRealms);
    }

    Identity identity(Acceptor.Proven proven) throws RejectedException {
        TicketPart ticket = proven.ticket();
        Optional<Pac> pac = proven.pac();
        Optional<Pac.Account> account = pac.flatMap(Pac::account);
        List<String> name = account.map(Pac.Account::name)
                .filter(text -> !text.isEmpty())
                .map(List::of)
                .orElseGet(() -> ticket.client().components());
        requireUnambiguous(name, ticket);
        Set<String> groups = sidNames.isPresent() ? groups(account, sidNames.get()) : Set.of();
        return new Identity(
                        KerberosProviderFactory.NAME,
                        KerberosProviderFactory.NAME,
                        String.join("/", name),
                        domain(ticket.clientRealm(), account),
                        Optional.of(pac.flatMap(Pac::upn).orElseGet(ticket::clientName)),
                        Set.of(),
                        account.map(Pac.Account::sids).orElse(Set.of()),
                        proven.binding() == ChannelBindingCheck.RIGHT ? Set.of(Proof.CHANNEL_BINDING) : Set.of())
                .withGroupsAsInRules(groups);
    }

    private static void requireUnambiguous(List<String> name, TicketPart ticket) throws RejectedException {
        if (name.stream().anyMatch(part -> part.isBlank() || part.chars().anyMatch(TicketIdentities::isSeparator))) {
            throw RejectedException.refused("%s: a name that is blank or has one of the characters %s in it"
                    .formatted(ticket.clientName(), SEPARATORS));
        }
    }

    private static boolean isSeparator(int character) {
        return SEPARATORS.indexOf(character) >= 0;
    }

    /**
     * The realm decides, since that is what the KDC vouches for; the NetBIOS name of the PAC only puts it into the
     * words that people use. A realm must not pass its users off as those of another configured domain.
     */
    private Optional<String> domain(String realm, Optional<Pac.Account> account) throws RejectedException {
        if (localRealms.stream().anyMatch(local -> Domain.isSameName(local, realm))) {
            return Optional.empty();
        }
        Optional<Domain> ofRealm = domains.find(realm);
        if (ofRealm.isPresent()) {
            return ofRealm.map(Domain::name);
        }
        Optional<String> name = account.map(Pac.Account::domain).filter(text -> !text.isBlank());
        if (name.flatMap(domains::find).flatMap(Domain::realm).isPresent()) {
            throw RejectedException.refused(
                    "the pac of a user of the realm %s names the domain %s, whose realm is another"
                            .formatted(realm, name.orElseThrow()));
        }
        return Optional.of(name.orElse(realm));
    }

    /**
     * Nobody is let in whose groups are not known: the rule that does not match for want of one may be the one that
     * restricts.
     */
    private static Set<String> groups(Optional<Pac.Account> account, SidNames sidNames) throws RejectedException {
        if (account.isEmpty()) {
            // Clients may ask for such a ticket (MS-KILE 2.2.3).
            throw RejectedException.refused("the ticket has no groups (no pac), and groups are configured");
        }
        Set<String> sids = new HashSet<>(account.get().sids());
        sids.remove(account.get().sid());
        return switch (sidNames.namesOf(sids)) {
            case SidNames.Answer.Known(Map<String, String> names) -> Set.copyOf(names.values());
            case SidNames.Answer.Unavailable(String why) ->
                throw new RejectedException(Reason.UNAVAILABLE, "group names cannot be looked up: " + why);
        };
    }
}
