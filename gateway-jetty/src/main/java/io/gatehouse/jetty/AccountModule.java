package io.gatehouse.jetty;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.account.AccountListener;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.token.EndedUsers;
import io.gatehouse.core.token.PaaAuthentication;
import io.gatehouse.jetty.grant.GrantDesk;
import io.gatehouse.jetty.kdcproxy.KdcAccounts;
import io.gatehouse.jetty.portal.PortalHandler;
import io.gatehouse.jetty.ticket.TicketDesk;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/** Wires tokens, and what ends users: administrators, and accounts that are gone. */
final class AccountModule extends AbstractModule {
    private static final String BY_ADMINISTRATOR = "ended by an administrator";

    @Provides
    @Singleton
    UserEnding userEnding(
            Tunnels tunnels,
            Optional<PortalHandler> portal,
            Optional<PaaServices> tokens,
            Optional<TicketDesk> tickets,
            Optional<GrantDesk> grants,
            Approvals approvals) {
        return UserEnding.of(tunnels, portal, tokens.map(PaaServices::ledger), tickets, grants, approvals);
    }

    /** What ends users needs the parts that ask about them, so it is looked for when somebody is to be ended. */
    @Provides
    @Singleton
    AccountChecks accounts(
            Configuration configuration,
            Providers providers,
            KdcAccounts kdcAccounts,
            MonotonicClock time,
            Provider<UserEnding> ending) {
        Map<String, AccountDirectory> directories = new HashMap<>(providers.accountDirectories());
        providers.ofDomainAccounts().forEach(name -> directories.put(name, kdcAccounts));
        return new AccountChecks(
                directories,
                configuration.domains(),
                time,
                configuration.gateway().auth().accountCheckInterval(),
                new AccountListener() {
                    @Override
                    public void accountGone(Identity user, String reason) {
                        ending.get().end(AccountScope.atProvider(user), "the account is gone: " + reason);
                    }

                    @Override
                    public void directoryFailed(String provider, Throwable failure) {
                        LoggerFactory.getLogger(AccountChecks.class)
                                .atError()
                                .addKeyValue("provider", provider)
                                .setCause(failure)
                                .log("a sign-in provider failed to tell about an account");
                    }
                });
    }

    @Provides
    @Singleton
    AccountWatch accountWatch(
            AccountChecks accounts,
            Tunnels tunnels,
            Optional<PortalHandler> portal,
            GatewayConfig config,
            ExecutorService blockingWork) {
        Supplier<Collection<Identity>> users = () -> {
            List<Identity> all = new ArrayList<>(tunnels.users());
            portal.ifPresent(handler -> all.addAll(handler.users()));
            return all;
        };
        return new AccountWatch(accounts, users, config.auth().accountCheckInterval(), blockingWork);
    }

    @Provides
    @Singleton
    Optional<PaaAuthentication> tokenAuthentication(
            Configuration configuration, Optional<PaaServices> tokens, AccountChecks accounts, UserBlocks blocks) {
        return tokens.map(paa -> new PaaAuthentication(
                paa.tokens(),
                paa.ledger(),
                configuration.gateway().auth().paa().orElseThrow().clientAddress(),
                configuration.domains(),
                accounts,
                blocks));
    }

    /** Where tokens are on: their keys' folder has the file. */
    @Provides
    @Singleton
    Optional<EndedUsersWatch> endedUsers(Configuration configuration, Clock clock, UserEnding ending) {
        return configuration
                .gateway()
                .auth()
                .paa()
                .map(paa -> new EndedUsersWatch(
                        EndedUsers.beside(paa.keys()),
                        clock,
                        paa.lifetime(),
                        ended -> ending.end(account(ended, configuration), BY_ADMINISTRATOR),
                        ended -> ending.endUntil(account(ended, configuration), ended.when(), BY_ADMINISTRATOR)));
    }

    private static NamedAccount account(EndedUsers.Ended ended, Configuration configuration) {
        return NamedAccount.ofKey(ended.account(), configuration.domains());
    }
}
