package io.gatehouse.provider.kerberos;

import static io.gatehouse.provider.kerberos.Fixtures.accepted;
import static io.gatehouse.provider.kerberos.Fixtures.assertRejected;
import static io.gatehouse.provider.kerberos.Fixtures.peer;
import static io.gatehouse.provider.kerberos.Fixtures.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.provider.kerberos.crypto.EncryptionType;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import io.gatehouse.provider.kerberos.pac.PacForge;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tickets with PACs from a KDC of the test's own. */
class TicketPacTest {
    private static final Clock CLOCK = Clock.fixed(Forge.NOW, ZoneOffset.UTC);
    private static final int PAC = 128;

    @TempDir
    private Path directory;

    private final Forge forge = new Forge();
    private final PacForge pac = PacForge.of("alice", forge.authTime);
    private TokenMechanism mechanism;

    @BeforeEach
    void open() throws Exception {
        mechanism = Fixtures.mechanism(
                Fixtures.config(Keytabs.write(directory.resolve("keytab"), Keytabs.Entry.of(forge))), CLOCK);
    }

    private Outcome outcome(byte[] pacBytes) {
        forge.ticketData = List.of(Forge.ifRelevant(PAC, pacBytes));
        return signIn(mechanism, forge.token(), peer());
    }

    @Test
    void thePacNamesUserDomainAndGroups() {
        pac.parts.put(12, PacForge.upnInfo("alice.liddell@corp.example", "forge.test"));
        Identity identity = accepted(outcome(pac.signed(forge.serviceKey)));

        assertThat(identity.displayName()).isEqualTo("FORGE\\alice");
        assertThat(identity.upn()).contains("alice.liddell@corp.example");
        assertThat(identity.sids()).containsExactlyInAnyOrder("S-1-5-21-1-2-3-1104", "S-1-5-21-1-2-3-513");
    }

    @Test
    void thePacMayStandOutsideOfIfRelevant() {
        forge.ticketData = List.of(Der.data(PAC, pac.signed(forge.serviceKey)));
        assertThat(accepted(signIn(mechanism, forge.token(), peer())).sids()).hasSize(2);
    }

    @Test
    void aPacThatTheKdcDidNotSignIsRefused() {
        ProtocolKey other = ProtocolKey.random(EncryptionType.AES256_CTS_HMAC_SHA1, new SecureRandom());
        assertRejected(outcome(pac.signed(other)), Reason.REFUSED, "the pac's signature is wrong");
        byte[] altered = pac.signed(forge.serviceKey);
        altered[200] ^= 1;
        assertRejected(outcome(altered), Reason.REFUSED, "the pac's signature is wrong");
    }

    @Test
    void aPacOfAnotherTicketIsRefused() {
        PacForge older = PacForge.of("alice", forge.authTime.minusSeconds(60));
        assertRejected(
                outcome(older.signed(forge.serviceKey)),
                Reason.REFUSED,
                "the pac belongs to the ticket of another client or time");
    }

    @Test
    void aPacThatBreaksItsFormatIsMalformed() {
        assertRejected(outcome(new byte[7]), Reason.MALFORMED, "pac: 3 bytes at 4 (expected 4)");
        assertRejected(outcome(new byte[0]), Reason.MALFORMED, "pac: 0 bytes at 0 (expected 4)");
    }

    @Test
    void aTicketHasOnePacAtMost() {
        byte[] bytes = pac.signed(forge.serviceKey);
        forge.ticketData = List.of(Forge.ifRelevant(PAC, bytes), Forge.ifRelevant(PAC, bytes));
        assertRejected(signIn(mechanism, forge.token(), peer()), Reason.REFUSED, "ticket with 2 pacs");
    }

    @Test
    void aPacInTheAuthenticatorMeansNothing() {
        forge.authenticatorData = List.of(Forge.ifRelevant(PAC, pac.signed(forge.serviceKey)));
        assertThat(accepted(signIn(mechanism, forge.token(), peer())).sids()).isEmpty();
    }
}
