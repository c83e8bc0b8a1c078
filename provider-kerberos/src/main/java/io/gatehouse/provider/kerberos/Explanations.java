package io.gatehouse.provider.kerberos;

import io.gatehouse.formats.keytab.KeytabKey;
import io.gatehouse.provider.kerberos.crypto.EncryptionType;
import io.gatehouse.provider.kerberos.message.Ticket;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Says in plain words why a ticket cannot be opened with the keys that there are. */
final class Explanations {
    private static final int MOST_NAMES = 8;

    private Explanations() {}

    /** The ticket is of a type that is not accepted. */
    static String forbidden(Ticket ticket) {
        int type = ticket.part().encryptionType();
        String remedy = EncryptionType.of(type).isPresent()
                ? " (allow-rc4 = false; let the service's account use aes, in a windows domain by"
                        + " msDS-SupportedEncryptionTypes = 24)"
                : "";
        return "%s: %s is not accepted%s".formatted(describe(ticket), EncryptionType.nameOf(type), remedy);
    }

    /**
     * None of the keys opened it.
     *
     * @param named all keys of the service that the ticket is for
     * @param fitting those of the ticket's type
     */
    static String noKeyFits(Ticket ticket, List<KeytabKey> named, List<KeytabKey> fitting) {
        if (fitting.isEmpty()) {
            return "%s: the keytab has keys of %s only".formatted(describe(ticket), types(named));
        }
        if (ticket.part().version().isPresent()
                && fitting.stream().noneMatch(key -> ServiceKeys.isOfVersion(key, ticket.part()))) {
            return "%s: the keytab has kvno %s only (export it again)".formatted(describe(ticket), versions(fitting));
        }
        return describe(ticket)
                + ": the key of the keytab does not fit (was the account's password changed after the keytab was exported?)";
    }

    private static String describe(Ticket ticket) {
        String version = ticket.part().version().isPresent()
                ? " kvno " + ticket.part().version().getAsLong()
                : "";
        return "ticket for %s%s %s"
                .formatted(
                        ticket.service(),
                        version,
                        EncryptionType.nameOf(ticket.part().encryptionType()));
    }

    /** The principals of these keys, the first few. */
    static String principals(List<KeytabKey> keys) {
        Set<String> names = keys.stream().map(KeytabKey::principal).collect(Collectors.toCollection(TreeSet::new));
        String text = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        return names.isEmpty() ? "none" : names.size() > MOST_NAMES ? text + ", …" : text;
    }

    /** The encryption types of these keys. */
    static String types(List<KeytabKey> keys) {
        return keys.stream()
                .map(key -> EncryptionType.nameOf(key.encryptionType()))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String versions(List<KeytabKey> keys) {
        return keys.stream()
                .map(KeytabKey::version)
                .distinct()
                .sorted()
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
    }
}
