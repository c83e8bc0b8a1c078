package io.gatehouse.provider.local;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.account.AccountFile;
import java.time.Duration;
import java.util.List;

/** Makes the provider {@code local}: Basic for the accounts of the account file. */
public final class LocalProviderFactory implements AuthProviderFactory<LocalConfig> {
    static final String NAME = "local";
    private static final int MOST_VERIFICATIONS = 64;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Class<LocalConfig> configType() {
        return LocalConfig.class;
    }

    @Override
    public AuthProvider create(LocalConfig config, ProviderContext context) throws ProviderException {
        int concurrent = config.concurrentVerifications();
        if (concurrent < 1 || concurrent > MOST_VERIFICATIONS) {
            throw new ProviderException(
                    "concurrent-verifications " + concurrent + " (expected 1 to " + MOST_VERIFICATIONS + ")");
        }
        AccountRealm accounts = new AccountRealm(
                AccountFile.open(config.accounts()),
                new Decoys(context.random()),
                new VerificationSlots(concurrent, LONGEST_WAIT));
        List<Mechanism> mechanisms =
                List.of(new BasicMechanism(new RealmChain(List.of(accounts)), new LocalNames(context.serverName())));
        return new LocalProvider(mechanisms);
    }

    private record LocalProvider(List<Mechanism> mechanisms) implements AuthProvider {
        @Override
        public void close() {
            // The account file is open only while it is read.
        }
    }
}
