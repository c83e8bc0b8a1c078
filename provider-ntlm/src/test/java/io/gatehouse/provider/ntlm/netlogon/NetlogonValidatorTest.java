package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Secret;
import io.gatehouse.provider.ntlm.netlogon.rpc.FakeRpcPeer;
import io.gatehouse.provider.ntlm.netlogon.rpc.SambaVectors;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is made of a controller's answers. */
@Timeout(30)
class NetlogonValidatorTest {
    private static final int GUEST_FLAG_OFFSET = 0x7c;

    private final FakeController controller = new FakeController();
    private final ValidatorFixture fixture = ValidatorFixture.of(controller);

    @AfterEach
    void close() {
        fixture.close();
        controller.close();
    }

    @Test
    void identityIsWhatTheControllerSays() {
        NtlmLogon.Confirmed confirmed = fixture.confirmed("ALICE");

        Identity identity = confirmed.identity();
        assertThat(identity.provider()).isEqualTo("ntlm");
        assertThat(identity.method()).isEqualTo("ntlm");
        assertThat(identity.user()).isEqualTo("alice");
        assertThat(identity.domain()).isEqualTo(Optional.of("ADTEST"));
        assertThat(identity.upn()).isEqualTo(Optional.of("alice@ad.test"));
        assertThat(identity.sids())
                .containsExactlyInAnyOrder(
                        "S-1-5-21-1-2-3-1103",
                        "S-1-5-21-1-2-3-513",
                        "S-1-5-21-1-2-3-1111",
                        "S-1-5-21-9-8-7-1200",
                        "S-1-18-1");
        assertThat(identity.proofs()).isEmpty();
        assertThat(confirmed.sessionBaseKey())
                .isEqualTo(Secret.of(HexFormat.of().parseHex("0102030405060708090a0b0c0d0e0f10")));
    }

    @Test
    void groupsOfOtherDomainsBearTheirDomain() {
        assertThat(fixture.confirmed("alice").identity().groups())
                .containsExactlyInAnyOrder("Domain Users", "OTHER\\Büro");
    }

    @Test
    void groupNamesAreAskedForOnce() {
        fixture.confirmed("alice");
        fixture.confirmed("alice");

        assertThat(controller.lookups()).isEqualTo(1);
        assertThat(fixture.confirmed("alice").identity().groups()).hasSize(2);
    }

    @Test
    void whereNamesAreRefusedThereAreSids() {
        controller.lookupAnswer = exchange -> exchange.sealed(
                HexFormat.of().parseHex("00000000" + "00000000" + "00000000" + "00000000" + "220000c0"));

        Identity identity = fixture.confirmed("alice").identity();
        fixture.confirmed("alice");

        assertThat(identity.groups()).isEmpty();
        assertThat(identity.sids()).hasSize(5);
        assertThat(controller.lookups()).isEqualTo(1);
    }

    @Test
    void whereTheInterfaceIsRefusedThereAreSids() {
        controller.lookupAnswer = exchange -> exchange.write(FakeRpcPeer.fault(exchange.callId(), 0, 5));

        assertThat(fixture.confirmed("alice").identity().groups()).isEmpty();
    }

    /** A rule that does not match for want of a name may be the one that restricts. */
    @Test
    void whereNamesDoNotComeNobodyIsLetIn() {
        controller.lookupAnswer = FakeController.Exchange::silence;

        assertThat(fixture.refused("alice", Reason.UNAVAILABLE))
                .isEqualTo("127.0.0.1: group names cannot be looked up: no answer in time");
        assertThat(fixture.refused("alice", Reason.UNAVAILABLE)).contains("no answer in time");
        assertThat(controller.lookups()).isEqualTo(1);
    }

    @Test
    void namesThatAreKnownNeedNoController() {
        fixture.confirmed("alice");
        controller.lookupAnswer = FakeController.Exchange::silence;

        assertThat(fixture.confirmed("alice").identity().groups()).hasSize(2);
    }

    @Test
    void statusesBecomeReasons() {
        Object[][] table = {
            {0xC000006A, Reason.BAD_CREDENTIALS, "wrong password (0xc000006a)"},
            {0xC0000064, Reason.NOT_KNOWN, "no such user (0xc0000064)"},
            {0xC0000072, Reason.LOCKED, "the account is disabled (0xc0000072)"},
            {0xC0000234, Reason.LOCKED, "the account is locked out after too many wrong passwords (0xc0000234)"},
            {0xC0000193, Reason.LOCKED, "the account has expired (0xc0000193)"},
            {0xC000006F, Reason.LOCKED, "outside the logon hours of the account (0xc000006f)"},
            {0xC0000071, Reason.EXPIRED, "the password has expired (0xc0000071)"},
            {0xC0000224, Reason.EXPIRED, "the password must be changed first (0xc0000224)"},
            {0xC0000418, Reason.REFUSED, "NTLM is blocked by a policy of the domain (0xc0000418)"},
            {0xC000005E, Reason.UNAVAILABLE, "the controller reaches no controller of the user's domain (0xc000005e)"},
            {0xC0DEDBAD, Reason.BAD_CREDENTIALS, "unknown status (0xc0dedbad)"},
            {0x00000107, Reason.BAD_CREDENTIALS, "unknown status (0x00000107)"},
        };
        for (Object[] row : table) {
            controller.logonAnswer = exchange -> exchange.sealed(FakeController.refusal((int) row[0]));
            assertThat(fixture.refused("alice", (Reason) row[1])).isEqualTo("127.0.0.1: " + row[2]);
        }
        assertThat(controller.handshakes()).isEqualTo(1);
    }

    @Test
    void informationBesideARefusalLetsNobodyIn() {
        byte[] both = SambaVectors.bytes("logon-out");
        both[both.length - 4] = 0x6a;
        both[both.length - 1] = (byte) 0xc0;
        controller.logonAnswer = exchange -> exchange.sealed(both);

        assertThat(fixture.refused("alice", Reason.BAD_CREDENTIALS)).contains("wrong password");
    }

    @Test
    void guestsAreNobody() {
        byte[] guest = SambaVectors.bytes("logon-out");
        guest[GUEST_FLAG_OFFSET] |= 1;
        controller.logonAnswer = exchange -> exchange.sealed(guest);

        assertThat(fixture.refused("anybody", Reason.NOT_KNOWN))
                .isEqualTo("127.0.0.1: accepted as a guest, which is no user (disable the account Guest)");
    }

    @Test
    void lanManagerPasswordsAreNotEnough() {
        byte[] weak = SambaVectors.bytes("logon-out");
        weak[GUEST_FLAG_OFFSET] |= 8;
        controller.logonAnswer = exchange -> exchange.sealed(weak);

        assertThat(fixture.refused("alice", Reason.REFUSED)).contains("LAN Manager");
    }

    @Test
    void longAnswersComeInFragmentsThatAreSealedEach() {
        byte[] stub = SambaVectors.bytes("logon-out");
        controller.logonAnswer = exchange -> {
            exchange.sealed(Arrays.copyOf(stub, 160), FakeRpcPeer.FIRST);
            exchange.sealed(Arrays.copyOfRange(stub, 160, 320), 0);
            exchange.sealed(Arrays.copyOfRange(stub, 320, stub.length), FakeRpcPeer.LAST);
        };

        for (int round = 0; round < 3; round++) {
            assertThat(fixture.confirmed("alice").identity().user()).isEqualTo("alice");
        }
        assertThat(controller.handshakes()).isEqualTo(1);
    }

    @Test
    void oversizedResponsesAreNotEvenAsked() {
        String detail = ValidatorFixture.refused(
                fixture.validator.validate(ValidatorFixture.response("alice", "ADTEST", 3057)), Reason.MALFORMED);

        assertThat(detail).isEqualTo("nt response of 3073 bytes (expected at most 3072)");
        assertThat(controller.connections()).isZero();
    }

    @Test
    void longestNamesAndResponsesFitIntoOneFragment() {
        NtlmLogon logon =
                fixture.validator.validate(ValidatorFixture.response("u".repeat(256), "d".repeat(256), 3072 - 16));

        assertThat(logon).isInstanceOf(NtlmLogon.Confirmed.class);
        assertThat(controller.logonsOf("u".repeat(256))).isEqualTo(1);
    }

    @Test
    void whatHappensIsCounted() {
        fixture.confirmed("alice");
        controller.logonAnswer = exchange -> exchange.sealed(FakeController.refusal(0xC000006A));
        fixture.refused("alice", Reason.BAD_CREDENTIALS);
        controller.logonAnswer = exchange -> exchange.peer().reset();
        fixture.refused("alice", Reason.UNANSWERED);

        TestMetrics metrics = fixture.metrics;
        assertThat(metrics.value("gatehouse_netlogon_logons_total{result=accepted}"))
                .isEqualTo(1);
        assertThat(metrics.value("gatehouse_netlogon_logons_total{result=bad-credentials}"))
                .isEqualTo(1);
        assertThat(metrics.value("gatehouse_netlogon_logons_total{result=unanswered}"))
                .isEqualTo(1);
        assertThat(metrics.value("gatehouse_netlogon_connects_total{controller=127.0.0.1}"))
                .isEqualTo(1);
        assertThat(metrics.value("gatehouse_netlogon_failures_total{controller=127.0.0.1}"))
                .isEqualTo(1);
        assertThat(metrics.value("gatehouse_netlogon_last_round_trip_seconds{controller=127.0.0.1}"))
                .isPositive();
        assertThat(metrics.value("gatehouse_netlogon_in_flight{}")).isZero();
        assertThat(metrics.value("gatehouse_netlogon_waiting{}")).isZero();
    }

    @Test
    void controllersOfDnsAreLookedUpWhenSomebodySignsIn() {
        AtomicInteger asked = new AtomicInteger();
        try (ValidatorFixture located = ValidatorFixture.located(
                name -> {
                    asked.incrementAndGet();
                    assertThat(name).isEqualTo("_ldap._tcp.dc._msdcs.ad.test");
                    return List.of(InetSocketAddress.createUnresolved("127.0.0.1", 389));
                },
                controller.address().getPort())) {
            assertThat(asked).hasValue(0);
            located.confirmed("alice");
            located.confirmed("alice");
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void dnsWithoutControllersIsSaid() {
        try (ValidatorFixture located = ValidatorFixture.located(_ -> List.of(), 1)) {
            assertThat(located.refused("alice", Reason.UNAVAILABLE))
                    .isEqualTo("no domain controller known: DNS has no _ldap._tcp.dc._msdcs.ad.test");
        }
    }

    @Test
    void closedValidatorHoldsNoConnection() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        controller.logonAnswer = exchange -> {
            exchange.sealed(SambaVectors.bytes("logon-out"));
            exchange.silence();
            ended.incrementAndGet();
        };
        fixture.confirmed("alice");
        assertThat(ended).hasValue(0);

        fixture.close();

        long end = System.nanoTime() + 10_000_000_000L;
        while (ended.get() == 0 && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertThat(ended).hasValue(1);
    }
}
