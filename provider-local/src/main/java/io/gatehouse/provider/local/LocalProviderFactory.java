package io.gatehouse.provider.local;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes the provider {@code local}: Basic, checked by the realms that the configuration names. */
public final class LocalProviderFactory implements AuthProviderFactory<LocalConfig> {
    static final String NAME = "local";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<String> methods() {
        return Set.of(RealmChain.METHOD);
    }

    @Override
    public Class<LocalConfig> configType() {
        return LocalConfig.class;
    }

    @Override
    public AuthProvider create(LocalConfig config, ProviderContext context) throws ProviderException {
        List<AccountSource> realms = Realms.open(config, context);
        BasicMechanism basic =
                new BasicMechanism(new RealmChain(realms), new LocalNames(context.serverName(), context.domains()));
        return new LocalProvider(List.of(basic), realms);
    }

    private record LocalProvider(List<Mechanism> mechanisms, List<AccountSource> realms) implements AuthProvider {
        @Override
        public Optional<AccountDirectory> accounts() {
            return Optional.of(new LocalAccounts(realms));
        }

        @Override
        public List<Examination> examinations() {
            return realms.stream()
                    .flatMap(realm -> realm.examinations().stream())
                    .toList();
        }

        @Override
        public void close() {
            Realms.close(realms);
        }
    }
}
