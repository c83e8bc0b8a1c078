package io.gatehouse.provider.kerberos;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.signin.ResultCounters;
import io.gatehouse.formats.time.Skew;
import io.gatehouse.ldap.LdapConfig;
import io.gatehouse.ldap.LdapDirectory;
import io.gatehouse.ldap.SidNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Makes the provider {@code kerberos}: sign-in with tickets for the services of a keytab. */
public final class KerberosProviderFactory implements AuthProviderFactory<KerberosConfig> {
    static final String NAME = "kerberos";

    private static final Duration SHORTEST_SKEW = Duration.ofSeconds(1);
    private static final Duration LONGEST_SKEW = Duration.ofHours(1);
    /** Some 25 MB. */
    private static final int MOST_AUTHENTICATORS = 131_072;

    private static final int MOST_AUTHENTICATORS_OF_CLIENT = 4096;

    /** For {@link java.util.ServiceLoader}. */
    public KerberosProviderFactory() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Class<KerberosConfig> configType() {
        return KerberosConfig.class;
    }

    @Override
    public AuthProvider create(KerberosConfig config, ProviderContext context) throws ProviderException {
        Optional<LdapDirectory> directory = directory(config, context);
        return create(
                config,
                context,
                directory.map(SidNames.class::cast),
                directory.map(LdapDirectory::examination).stream().toList(),
                () -> directory.ifPresent(LdapDirectory::close));
    }

    private static Optional<LdapDirectory> directory(KerberosConfig config, ProviderContext context)
            throws ProviderException {
        if (config.ldap().isEmpty()) {
            return Optional.empty();
        }
        LdapConfig ldap = config.ldap().get();
        if (ldap.schema() != LdapConfig.Schema.ACTIVE_DIRECTORY) {
            throw new ProviderException(
                    "ldap: a directory of another schema has no SIDs (expected schema =" + " \"active-directory\")");
        }
        return Optional.of(LdapDirectory.open(ldap, context.domains(), context.clock()));
    }

    static AuthProvider create(
            KerberosConfig config, ProviderContext context, Optional<SidNames> sidNames, Runnable atEnd)
            throws ProviderException {
        return create(config, context, sidNames, List.of(), atEnd);
    }

    private static AuthProvider create(
            KerberosConfig config,
            ProviderContext context,
            Optional<SidNames> sidNames,
            List<Examination> ofDirectory,
            Runnable atEnd)
            throws ProviderException {
        requireSkew(config.clockSkew());
        List<Path> files = Stream.concat(Stream.of(config.keytab()), config.furtherKeytabs().stream())
                .toList();
        ServiceKeys keys = ServiceKeys.open(files, config.principals(), config.allowRc4());
        AcceptedRealms realms = new AcceptedRealms(Set.copyOf(config.realms()), keys::realms);
        requireAccepted(config.localRealms(), realms);
        ReplayCache replays = new ReplayCache(
                context.clock(),
                config.clockSkew().multipliedBy(2),
                MOST_AUTHENTICATORS,
                MOST_AUTHENTICATORS_OF_CLIENT);
        Acceptor acceptor = new Acceptor(
                keys, realms, new Skew(context.clock(), config.clockSkew()), config.channelBinding(), replays);
        TicketIdentities identities =
                new TicketIdentities(context.domains(), Set.copyOf(config.localRealms()), sidNames);
        context.metrics()
                .gauge(
                        "gatehouse_kerberos_replay_cache_entries",
                        "Authenticators remembered to tell replays",
                        Map.of(),
                        replays::size);
        context.metrics()
                .gauge(
                        "gatehouse_kerberos_keytab_problems",
                        "Keytabs whose present content cannot be used",
                        Map.of(),
                        keys::problems);
        KerberosMechanism mechanism =
                new KerberosMechanism(acceptor, identities, context.random(), counters(context.metrics()));
        return new KerberosProvider(
                mechanism,
                () -> Stream.concat(
                                Stream.concat(
                                        Stream.of(realms.examination(context.domains())),
                                        KdcExamination.all(keys, config.clockSkew(), context).stream()),
                                ofDirectory.stream())
                        .toList(),
                atEnd);
    }

    private static ResultCounters counters(Metrics metrics) {
        return new ResultCounters(List.of(Reason.MALFORMED, Reason.NOT_FOR_US, Reason.REFUSED, Reason.EXPIRED))
                .show(metrics, "gatehouse_kerberos_sign_ins_total", "Sign-ins by Kerberos, by result", Map.of());
    }

    private static void requireSkew(Duration skew) throws ProviderException {
        if (skew.compareTo(SHORTEST_SKEW) < 0 || skew.compareTo(LONGEST_SKEW) > 0) {
            throw new ProviderException("clock-skew %s (expected %s to %s)"
                    .formatted(Skew.text(skew), Skew.text(SHORTEST_SKEW), Skew.text(LONGEST_SKEW)));
        }
    }

    private static void requireAccepted(List<String> localRealms, AcceptedRealms realms) throws ProviderException {
        for (String realm : localRealms) {
            if (!realms.contains(realm)) {
                throw new ProviderException(
                        "local-realms names %s, whose users may not sign in (expected one of the accepted realms: %s)"
                                .formatted(realm, String.join(", ", new TreeSet<>(realms.all()))));
            }
        }
    }

    private record KerberosProvider(KerberosMechanism mechanism, Supplier<List<Examination>> toExamine, Runnable atEnd)
            implements AuthProvider {
        @Override
        public List<Mechanism> mechanisms() {
            return List.of(mechanism);
        }

        @Override
        public List<Examination> examinations() {
            return toExamine.get();
        }

        @Override
        public boolean namesDomainAccounts() {
            return true;
        }

        @Override
        public void close() {
            atEnd.run();
        }
    }
}
