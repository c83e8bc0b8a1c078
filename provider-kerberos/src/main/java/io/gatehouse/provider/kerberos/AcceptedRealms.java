package io.gatehouse.provider.kerberos;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.provider.kerberos.message.TicketPart;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The realms whose users may sign in, and those that a ticket may have come through; case is ignored. Safe for use by
 * many threads.
 *
 * @param configured all of them; empty for the realms of the services
 * @param ofServices the realms of the services, as the keytab says now
 */
record AcceptedRealms(Set<String> configured, Supplier<Set<String>> ofServices) {
    AcceptedRealms {
        configured = Set.copyOf(configured);
    }

    Set<String> all() {
        return configured.isEmpty() ? ofServices.get() : configured;
    }

    boolean contains(String realm) {
        return all().stream().anyMatch(accepted -> Domain.isSameName(accepted, realm));
    }

    /** Whether users of a configured domain may sign in: not with a keytab of another realm, which works otherwise. */
    Examination examination(Domains domains) {
        return Examination.of("realms of the keytab", () -> {
            List<String> wanted = domains.all().stream()
                    .flatMap(domain -> domain.realm().stream())
                    .toList();
            if (wanted.isEmpty() || wanted.stream().anyMatch(this::contains)) {
                return List.of();
            }
            return List.of(Finding.warning(
                    "kerberos.other-realm",
                    "tickets are accepted of users of %s, and of no [[domain]] (%s)"
                            .formatted(String.join(", ", new TreeSet<>(all())), String.join(", ", wanted)),
                    "export a keytab of the realm of your users, or name the realms whose users may sign in (realms of"
                            + " [auth.kerberos])"));
        });
    }

    void require(TicketPart ticket, String serviceRealm) throws RejectedException {
        if (!contains(ticket.clientRealm())) {
            throw RejectedException.refused("%s: users of the realm %s may not sign in (see realms)"
                    .formatted(ticket.clientName(), ticket.clientRealm()));
        }
        if (!ticket.clientRealm().equals(serviceRealm) && !ticket.isTransitChecked()) {
            requireTransited(ticket);
        }
    }

    /**
     * RFC 4120 section 2.7: who was in between could have made the ticket up. Only the plain form of a list of names is
     * read; the compressed ones, with their leading or trailing dots and slashes, name no accepted realm.
     */
    private void requireTransited(TicketPart ticket) throws RejectedException {
        byte[] contents = ticket.transited().bytes();
        if (contents.length == 0) {
            return;
        }
        List<String> between = Arrays.asList(new String(contents, StandardCharsets.UTF_8).split(",", -1));
        if (!between.stream().allMatch(this::contains)) {
            throw RejectedException.refused(
                    "%s: the ticket came through realms that the kdc did not check and that are not"
                                    .formatted(ticket.clientName())
                            + " among the accepted ones (see realms)");
        }
    }
}
