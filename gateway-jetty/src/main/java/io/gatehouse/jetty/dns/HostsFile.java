package io.gatehouse.jetty.dns;

import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.formats.file.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The names of {@code /etc/hosts} (hosts(5)), read again when the file changes. A file that cannot be read has no
 * names. Safe for use by many threads.
 */
final class HostsFile {
    private static final int LARGEST = 8 << 20;

    private final Path path;
    private volatile @Nullable Content content;

    private record Version(FileTime time, long size) {}

    private record Content(Optional<Version> version, Map<String, List<InetAddress>> names) {}

    HostsFile(Path path) {
        this.path = path;
    }

    /**
     * The addresses of a name, in the order of the file.
     *
     * @param host lower case, without a trailing dot
     */
    List<InetAddress> addresses(String host) {
        Optional<Version> version = version();
        Content known = content;
        if (known == null || !known.version().equals(version)) {
            known = new Content(version, read());
            content = known;
        }
        return known.names().getOrDefault(host, List.of());
    }

    private Optional<Version> version() {
        try {
            return Optional.of(new Version(Files.getLastModifiedTime(path), Files.size(path)));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private Map<String, List<InetAddress>> read() {
        Map<String, List<InetAddress>> names = new HashMap<>();
        try (InputStream stream = RegularFile.open(path)) {
            new String(stream.readNBytes(LARGEST), StandardCharsets.ISO_8859_1)
                    .lines()
                    .forEach(line -> add(line, names));
        } catch (IOException _) {
            return Map.of();
        }
        return names;
    }

    private static void add(String line, Map<String, List<InetAddress>> names) {
        int comment = line.indexOf('#');
        String[] words =
                (comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+", -1);
        Optional<InetAddress> address = AddressLiteral.parse(words[0]);
        for (int i = 1; i < words.length && address.isPresent(); i++) {
            String name = words[i].toLowerCase(Locale.ROOT);
            List<InetAddress> addresses = names.computeIfAbsent(
                    name.endsWith(".") ? name.substring(0, name.length() - 1) : name, _ -> new ArrayList<>());
            if (!addresses.contains(address.get())) {
                addresses.add(address.get());
            }
        }
    }
}
