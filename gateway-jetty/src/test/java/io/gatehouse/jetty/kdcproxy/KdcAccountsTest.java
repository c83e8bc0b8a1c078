package io.gatehouse.jetty.kdcproxy;

import static io.gatehouse.jetty.kdcproxy.FakeKdc.answering;
import static io.gatehouse.jetty.kdcproxy.FakeKdc.hanging;
import static io.gatehouse.jetty.kdcproxy.KerberosMessages.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ServiceLocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What KDCs can make the gateway believe of accounts. */
@Timeout(60)
class KdcAccountsTest {
    private static final byte[] UNKNOWN = error(6);
    private static final byte[] THERE = error(25);

    private final KdcClient client = new KdcClient(
            ServiceLocator.NONE, host -> List.of(InetAddress.getAllByName(host)), () -> {}, MonotonicClock.system());
    private final AtomicLong nanos = new AtomicLong();
    private final List<Runnable> begun = new ArrayList<>();

    @AfterEach
    void close() {
        client.close();
    }

    private KdcAccounts accounts(FakeKdc... kdcs) {
        List<InetSocketAddress> addresses =
                Arrays.stream(kdcs).map(FakeKdc::address).toList();
        Domains domains = new Domains(List.of(
                new Domain("LAB", Optional.of("LAB.TEST"), List.of(), List.of(), addresses),
                new Domain("PARTNER", Optional.empty(), List.of(), List.of(), List.of())));
        return new KdcAccounts(domains, client, begun::add, nanos::get, new Random(1));
    }

    private static Identity alice(String domain) {
        return new Identity(
                "kerberos", "kerberos", "alice", Optional.of(domain), Optional.empty(), Set.of(), Set.of(), Set.of());
    }

    private void work() {
        List<Runnable> now = List.copyOf(begun);
        begun.clear();
        now.forEach(Runnable::run);
    }

    /** A KDC of another realm says of every user that there is none, and the gateway may reach no KDC at all. */
    @Test
    void aDomainIsCoveredOnceAKdcKnewSomebodyWhoSignedIn() {
        byte[][] answer = {UNKNOWN};
        try (FakeKdc kdc = FakeKdc.tcp(answering(_ -> answer[0]))) {
            KdcAccounts accounts = accounts(kdc);
            assertThat(accounts.covers(alice("LAB"))).isFalse();
            work();
            assertThat(accounts.covers(alice("LAB"))).isFalse();
            assertThat(begun).as("not asked again at once").isEmpty();

            answer[0] = THERE;
            nanos.addAndGet(Duration.ofMinutes(1).toNanos());
            assertThat(accounts.covers(alice("LAB"))).isFalse();
            work();
            assertThat(accounts.covers(alice("LAB"))).isTrue();
            assertThat(accounts.covers(alice("LAB.TEST"))).isTrue();
            assertThat(kdc.connections()).isEqualTo(2);
        }
    }

    @Test
    void domainsWithoutARealmAndThoseOfNobodyAreNotCovered() {
        KdcAccounts accounts = accounts();
        assertThat(accounts.covers(alice("PARTNER"))).isFalse();
        assertThat(accounts.covers(alice("OTHER"))).isFalse();
        assertThat(accounts.covers(Identity.local("kerberos", "kerberos", "alice", Set.of(), Set.of())))
                .isFalse();
        assertThat(begun).isEmpty();
    }

    /** It takes a while until all controllers of a domain have a new account. */
    @Test
    void whoIsMissingInOneKdcIsThereWhenAnotherKnowsThem() {
        try (FakeKdc late = FakeKdc.tcp(answering(UNKNOWN));
                FakeKdc second = FakeKdc.tcp(answering(THERE))) {
            assertThat(accounts(late, second).check(alice("LAB"))).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
            assertThat(accounts(second, late).check(alice("LAB"))).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
            assertThat(late.connections()).isOne();
        }
    }

    @Test
    void whoIsMissingInAllThatAnswerIsGone() {
        try (FakeKdc one = FakeKdc.tcp(answering(UNKNOWN));
                FakeKdc hangs = FakeKdc.tcp(hanging());
                FakeKdc two = FakeKdc.tcp(answering(UNKNOWN))) {
            assertThat(accounts(one, hangs, two).check(alice("LAB"))).isInstanceOf(AccountStatus.Gone.class);
        }
    }

    @Test
    void silenceIsNotKnown() {
        try (FakeKdc hangs = FakeKdc.tcp(hanging())) {
            assertThat(accounts(hangs).check(alice("LAB"))).isInstanceOf(AccountStatus.Unavailable.class);
            assertThat(accounts().check(alice("LAB"))).isInstanceOf(AccountStatus.Unavailable.class);
        }
    }
}
