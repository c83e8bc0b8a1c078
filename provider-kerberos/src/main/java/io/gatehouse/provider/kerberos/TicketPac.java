package io.gatehouse.provider.kerberos;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import io.gatehouse.provider.kerberos.message.AuthorizationData;
import io.gatehouse.provider.kerberos.message.TicketPart;
import io.gatehouse.provider.kerberos.pac.ForgedPacException;
import io.gatehouse.provider.kerberos.pac.Pac;
import java.util.List;
import java.util.Optional;

/** Finds the PAC of a ticket and verifies it. */
final class TicketPac {
    private TicketPac() {}

    /** The ticket's PAC, signed by the KDC with {@code serviceKey}; empty when the KDC puts none in. */
    static Optional<Pac> find(TicketPart ticket, ProtocolKey serviceKey) throws RejectedException, MalformedException {
        List<AuthorizationData> pacs = RelevantData.flatten(ticket.authorizationData(), "ticket").stream()
                .filter(data -> data.type() == AuthorizationData.PAC)
                .toList();
        if (pacs.size() > 1) {
            throw RejectedException.refused("ticket with " + pacs.size() + " pacs (expected one)");
        }
        if (pacs.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pac.verify(
                    pacs.getFirst().data().bytes(), serviceKey, ticket.client().text(), ticket.authTime()));
        } catch (ForgedPacException e) {
            throw RejectedException.refused(String.valueOf(e.getMessage()));
        }
    }
}
