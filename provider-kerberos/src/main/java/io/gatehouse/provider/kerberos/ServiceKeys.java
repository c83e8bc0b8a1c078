package io.gatehouse.provider.kerberos;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.keytab.KeytabFile;
import io.gatehouse.formats.keytab.KeytabKey;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.provider.kerberos.crypto.EncryptionType;
import io.gatehouse.provider.kerberos.crypto.IntegrityException;
import io.gatehouse.provider.kerberos.crypto.KeyUsage;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import io.gatehouse.provider.kerberos.message.EncryptedData;
import io.gatehouse.provider.kerberos.message.Ticket;
import io.gatehouse.provider.kerberos.message.TicketPart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys of the services that clients may have tickets for, out of the keytabs. Tells the administrator in plain
 * words why a ticket cannot be opened. Safe for use by many threads.
 */
final class ServiceKeys {
    private static final String SERVICE_CLASS = "HTTP";

    private final List<KeytabFile> keytabs;
    private final Set<String> principals;
    private final boolean allowRc4;
    private final KeytabWatch watch = new KeytabWatch();

    private ServiceKeys(List<KeytabFile> keytabs, Set<String> principals, boolean allowRc4) {
        this.keytabs = List.copyOf(keytabs);
        this.principals = Set.copyOf(principals);
        this.allowRc4 = allowRc4;
    }

    /**
     * A ticket that could be opened.
     *
     * @param part what the KDC says in it
     * @param key the key that opened it
     */
    record Opened(TicketPart part, ProtocolKey key) {}

    /**
     * Opens the keytabs and makes sure that tickets can be opened with them.
     *
     * @param principals names with or without realm; empty for every HTTP service
     */
    static ServiceKeys open(List<Path> files, List<String> principals, boolean allowRc4) throws ProviderException {
        List<KeytabFile> keytabs = new ArrayList<>();
        for (Path file : files) {
            keytabs.add(KeytabFile.open(file));
        }
        Set<String> names = principals.stream().map(ServiceKeys::folded).collect(Collectors.toSet());
        ServiceKeys keys = new ServiceKeys(keytabs, names, allowRc4);
        keys.requireUsable(files.stream().map(Path::toString).collect(Collectors.joining(", ")), principals);
        return keys;
    }

    private void requireUsable(String files, List<String> configured) throws ProviderException {
        List<KeytabKey> all = all();
        for (String name : configured) {
            if (all.stream().noneMatch(key -> names(key).contains(folded(name)))) {
                throw new ProviderException("keytab %s has no key for the principal %s (it has: %s)"
                        .formatted(files, name, Explanations.principals(all)));
            }
        }
        List<KeytabKey> services = all.stream().filter(this::isService).toList();
        if (services.isEmpty()) {
            throw new ProviderException(
                    "keytab %s has no key for a principal HTTP/… (it has: %s); export it for the name"
                                    .formatted(files, Explanations.principals(all))
                            + " that clients use, for example HTTP/gateway.example.com");
        }
        if (services.stream()
                .noneMatch(key ->
                        isAllowed(key.encryptionType()) && protocolKey(key).isPresent())) {
            throw new ProviderException(
                    "keytab %s has only keys of %s for %s (expected AES: let the account use it, change"
                                    .formatted(files, Explanations.types(services), Explanations.principals(services))
                            + " its password and export the keytab again)");
        }
    }

    private List<KeytabKey> all() {
        watch.look(keytabs);
        return keytabs.stream().flatMap(keytab -> keytab.keys().stream()).toList();
    }

    /** The keys of the services, as far as they are accepted. */
    List<KeytabKey> services() {
        return all().stream()
                .filter(key -> isService(key)
                        && isAllowed(key.encryptionType())
                        && protocolKey(key).isPresent())
                .toList();
    }

    /** The realms of the services. */
    Set<String> realms() {
        return all().stream().filter(this::isService).map(KeytabKey::realm).collect(Collectors.toSet());
    }

    /** How many keytabs are in trouble, so that their last good keys are used. */
    long problems() {
        return keytabs.stream().filter(keytab -> keytab.problem().isPresent()).count();
    }

    /** Whether keys of this type are accepted at all. */
    boolean isAllowed(int encryptionType) {
        return EncryptionType.of(encryptionType)
                .filter(type -> allowRc4 || !type.isWeak())
                .isPresent();
    }

    /**
     * Opens a ticket with whatever key fits; the kvno is a hint, which exports and read-only domain controllers get
     * wrong.
     */
    Opened open(Ticket ticket) throws RejectedException, MalformedException {
        List<KeytabKey> services = all().stream().filter(this::isService).toList();
        List<KeytabKey> named =
                services.stream().filter(key -> isNamed(key, ticket)).toList();
        if (named.isEmpty()) {
            throw RejectedException.notForUs("ticket for %s: the keytab has no key for it (it has: %s)"
                    .formatted(ticket.service(), Explanations.principals(services)));
        }
        EncryptedData part = ticket.part();
        if (!isAllowed(part.encryptionType())) {
            throw RejectedException.notForUs(Explanations.forbidden(ticket));
        }
        List<KeytabKey> fitting = named.stream()
                .filter(key -> key.encryptionType() == part.encryptionType())
                .sorted(Comparator.comparing((KeytabKey key) -> !isOfVersion(key, part)))
                .toList();
        byte[] sealed = part.cipher().bytes();
        for (KeytabKey key : fitting) {
            Optional<ProtocolKey> protocolKey = protocolKey(key);
            Optional<byte[]> plain = protocolKey.flatMap(present -> decrypt(present, sealed));
            if (plain.isPresent()) {
                return new Opened(TicketPart.parse(plain.get()), protocolKey.orElseThrow());
            }
        }
        throw RejectedException.notForUs(Explanations.noKeyFits(ticket, named, fitting));
    }

    private static Optional<byte[]> decrypt(ProtocolKey key, byte[] sealed) {
        try {
            return Optional.of(key.decrypt(KeyUsage.TICKET, sealed));
        } catch (IntegrityException e) {
            return Optional.empty();
        }
    }

    static boolean isOfVersion(KeytabKey key, EncryptedData part) {
        return part.version().isPresent() && part.version().getAsLong() == key.version();
    }

    /** Windows ignores the case of service names, so a client may write the host's name in any. */
    private static boolean isNamed(KeytabKey key, Ticket ticket) {
        return key.realm().equals(ticket.realm())
                && key.components().size() == ticket.server().components().size()
                && folded(key.name()).equals(folded(ticket.server().text()));
    }

    private boolean isService(KeytabKey key) {
        return principals.isEmpty()
                ? key.components().size() == 2 && key.components().getFirst().equalsIgnoreCase(SERVICE_CLASS)
                : names(key).stream().anyMatch(principals::contains);
    }

    private static Set<String> names(KeytabKey key) {
        return Set.of(folded(key.name()), folded(key.principal()));
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    static Optional<ProtocolKey> protocolKey(KeytabKey key) {
        return ProtocolKey.of(key.encryptionType(), key.key());
    }
}
