package io.gatehouse.jetty.kdcproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ServiceLocator;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Asks real KDCs about the accounts of one domain, as the gateway does. */
final class RealKdcAccounts implements AutoCloseable {
    private final Domain domain;
    private final KdcClient client = new KdcClient(
            ServiceLocator.NONE, host -> List.of(InetAddress.getAllByName(host)), () -> {}, MonotonicClock.system());
    private final KdcAccounts accounts;

    RealKdcAccounts(Domain domain) {
        this.domain = domain;
        this.accounts = new KdcAccounts(
                new Domains(List.of(domain)), client, Runnable::run, MonotonicClock.system(), new SecureRandom());
    }

    private Identity user(String name) {
        return new Identity(
                "kerberos",
                "kerberos",
                name,
                Optional.of(domain.name()),
                Optional.empty(),
                Set.of(),
                Set.of(),
                Set.of());
    }

    boolean isCovered(String user) {
        return accounts.covers(user(user));
    }

    AccountStatus status(String user) {
        return accounts.check(user(user));
    }

    /** Why the account of {@code user} is gone. */
    String reasonOf(String user) {
        AccountStatus status = status(user);
        assertThat(status).isInstanceOf(AccountStatus.Gone.class);
        return ((AccountStatus.Gone) status).reason();
    }

    @Override
    public void close() {
        client.close();
    }
}
