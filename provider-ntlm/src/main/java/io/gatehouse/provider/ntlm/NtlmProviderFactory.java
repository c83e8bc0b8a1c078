package io.gatehouse.provider.ntlm;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.account.AccountFile;
import io.gatehouse.provider.ntlm.netlogon.NetlogonValidator;
import io.gatehouse.provider.ntlm.validation.NtlmValidator;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import io.gatehouse.provider.ntlm.validation.ValidatorUnavailableException;
import io.gatehouse.provider.ntlm.winbind.WinbindValidator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the provider {@code ntlm}: NTLMv2, for the accounts that the configured validator knows. */
public final class NtlmProviderFactory implements AuthProviderFactory<NtlmConfig> {
    static final String NAME = "ntlm";

    /** For {@link java.util.ServiceLoader}. */
    public NtlmProviderFactory() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Class<NtlmConfig> configType() {
        return NtlmConfig.class;
    }

    @Override
    public AuthProvider create(NtlmConfig config, ProviderContext context) throws ProviderException {
        NtlmValidator validator = validator(config, context);
        return new NtlmProvider(
                validator, new NtlmMechanism(validator, config.channelBinding(), config.mic(), context));
    }

    private static NtlmValidator validator(NtlmConfig config, ProviderContext context) throws ProviderException {
        return switch (config.validator()) {
            case ACCOUNTS -> {
                AccountFile accounts = AccountFile.open(config.accounts());
                yield new AccountValidator(
                        names(config, context.serverName()),
                        accounts::find,
                        new FileAccounts(accounts::status),
                        context.random());
            }
            case WINBIND -> {
                requireNoNames(config, "winbindd says them");
                yield WinbindValidator.open(NAME, config.winbind(), context, MonotonicClock.system());
            }
            case NETLOGON -> {
                requireNoNames(config, "the machine account and its domain say them");
                yield NetlogonValidator.create(
                        config.netlogon()
                                .orElseThrow(() -> new ProviderException(
                                        "[auth.ntlm.netlogon] is missing (validator = \"netlogon\" needs it)")),
                        context,
                        MonotonicClock.system());
            }
        };
    }

    private static void requireNoNames(NtlmConfig config, String why) throws ProviderException {
        if (config.computerName().isPresent() || config.domainName().isPresent()) {
            throw new ProviderException("computer-name or domain-name with validator = \"%s\" (expected none: %s)"
                    .formatted(config.validator().name().toLowerCase(Locale.ROOT), why));
        }
    }

    private static TargetNames names(NtlmConfig config, String serverName) throws ProviderException {
        String computer = netbiosName("computer-name", config.computerName())
                .orElseGet(() -> TargetNames.netbiosName(serverName));
        String domain = netbiosName("domain-name", config.domainName()).orElse(computer);
        String dnsName = serverName.toLowerCase(Locale.ROOT);
        return new TargetNames(computer, domain, dnsName, dnsName, false);
    }

    private static Optional<String> netbiosName(String key, Optional<String> configured) throws ProviderException {
        if (configured.isEmpty()) {
            return configured;
        }
        String name = configured.get().toUpperCase(Locale.ROOT);
        if (!name.matches("[A-Z0-9_-]{1," + TargetNames.LONGEST_NETBIOS_NAME + "}")) {
            throw new ProviderException("%s \"%s\" (expected a NetBIOS name: 1 to %d letters, digits, - or _)"
                    .formatted(key, configured.get(), TargetNames.LONGEST_NETBIOS_NAME));
        }
        return Optional.of(name);
    }

    private record NtlmProvider(NtlmValidator validator, NtlmMechanism mechanism) implements AuthProvider {
        @Override
        public List<Mechanism> mechanisms() {
            return List.of(mechanism);
        }

        @Override
        public Optional<AccountDirectory> accounts() {
            return validator.accounts();
        }

        @Override
        public List<Examination> examinations() {
            Examination names = Examination.of("names of the domain", this::namesProblem);
            return Stream.concat(Stream.of(names), validator.examinations().stream())
                    .toList();
        }

        private List<Finding> namesProblem() {
            try {
                validator.names();
                return List.of();
            } catch (ValidatorUnavailableException e) {
                return List.of(Finding.fault(
                        "ntlm.back-end",
                        "the names of the domain are not known: " + e.getMessage(),
                        "start winbindd, and look whether the machine is still joined: wbinfo -t"
                                + " (docs/auth-ntlm-winbind.md)"));
            }
        }

        @Override
        public boolean namesDomainAccounts() {
            return true;
        }

        @Override
        public void close() {
            validator.close();
        }
    }
}
