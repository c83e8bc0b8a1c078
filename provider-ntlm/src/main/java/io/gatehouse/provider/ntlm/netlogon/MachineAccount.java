package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Domain;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.keytab.KeytabFile;
import io.gatehouse.formats.keytab.KeytabKey;
import io.gatehouse.formats.ntlm.NtlmCrypto;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The machine account that the gateway asks as. Safe for use by many threads. */
final class MachineAccount {
    /** RFC 4757: the key is the NT hash itself. */
    private static final int RC4 = 23;

    /** At most {@link TargetNames#LONGEST_NETBIOS_NAME} characters. */
    static final String NETBIOS_NAME = "[A-Z0-9_-]{1,15}";

    private final String computer;
    private final NtHashSource ntHash;

    /** Gives the NT hash of the password as it is now. */
    @FunctionalInterface
    private interface NtHashSource {
        Secret current() throws ProviderException;
    }

    private MachineAccount(String computer, NtHashSource ntHash) {
        this.computer = computer;
        this.ntHash = ntHash;
    }

    /**
     * Takes the account from the configuration.
     *
     * @throws ProviderException when the name cannot be one, or there is not exactly one usable password
     */
    static MachineAccount of(NetlogonConfig config, Domain domain) throws ProviderException {
        String computer = config.computer().toUpperCase(Locale.ROOT);
        if (!computer.matches(NETBIOS_NAME)) {
            throw new ProviderException(
                    "computer \"%s\" (expected a NetBIOS name without $: 1 to %d letters, digits, - or _)"
                            .formatted(config.computer(), TargetNames.LONGEST_NETBIOS_NAME));
        }
        if (config.password().isPresent() == config.keytab().isPresent()) {
            throw new ProviderException("password and keytab are both "
                    + (config.keytab().isPresent() ? "set" : "missing") + " (expected one of them)");
        }
        if (config.password().isPresent()) {
            Secret password = config.password().get();
            if (password.bytes().length == 0) {
                throw new ProviderException("password is empty");
            }
            Secret hash = Secret.of(NtlmCrypto.ntHash(password.text()));
            return new MachineAccount(computer, () -> hash);
        }
        KeytabFile keytab = KeytabFile.open(config.keytab().orElseThrow());
        MachineAccount account =
                new MachineAccount(computer, () -> rc4Key(keytab.keys(), computer + "$", domain.realm()));
        account.ntHash();
        return account;
    }

    private static Secret rc4Key(List<KeytabKey> keys, String name, Optional<String> realm) throws ProviderException {
        List<KeytabKey> own = keys.stream()
                .filter(key -> key.name().equalsIgnoreCase(name))
                .filter(key -> realm.map(key.realm()::equalsIgnoreCase).orElse(true))
                .toList();
        if (own.isEmpty()) {
            throw new ProviderException("the keytab has no key of %s%s (expected one of the machine account)"
                    .formatted(name, realm.map(text -> "@" + text).orElse("")));
        }
        return own.stream()
                .filter(key -> key.encryptionType() == RC4)
                .filter(key -> key.key().bytes().length == NtlmCrypto.LENGTH)
                .max(Comparator.comparingLong(KeytabKey::version))
                .map(KeytabKey::key)
                .orElseThrow(() -> new ProviderException(
                        "the keytab has no RC4 key of %s, only those of the types %s (expected type 23, which is the NT hash that"
                                        .formatted(name, types(own))
                                + " Netlogon needs; or set password)"));
    }

    private static String types(List<KeytabKey> keys) {
        return keys.stream()
                .map(key -> String.valueOf(key.encryptionType()))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** The computer's NetBIOS name, upper case. */
    String computer() {
        return computer;
    }

    /** The account's name, with the dollar sign. */
    String name() {
        return computer + "$";
    }

    /**
     * The NT hash of its password; a keytab is looked at anew.
     *
     * @throws ProviderException when the keytab has no such key any more
     */
    Secret ntHash() throws ProviderException {
        return ntHash.current();
    }
}
