package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.jetty.Providers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every key of the configuration is documented, and nothing is documented that is no key. */
class DocumentedKeysTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Path EXAMPLE = Path.of("src/main/tarball/conf/gatehouse.toml");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern TABLE = Pattern.compile("#? ?\\[\\[?([a-z0-9.-]+)]]?");
    private static final Pattern KEY = Pattern.compile("#? ?([a-z0-9-]+) = .*");

    /** All keys with the names of their tables, {@code limits.connections}, and the tables themselves. */
    static Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        collect(GatewayConfig.class, "", keys);
        Providers.installed().forEach((name, table) -> {
            keys.add("auth." + name);
            collect(table.type(), "auth." + name + ".", keys);
        });
        return keys;
    }

    private static void collect(Class<?> table, String path, Set<String> keys) {
        for (RecordComponent component : table.getRecordComponents()) {
            String key = path + kebab(component.getName());
            keys.add(key);
            Class<?> type = plain(component.getGenericType());
            if (type.isRecord() && !isText(type)) {
                collect(type, key + ".", keys);
            }
        }
    }

    /** Whether the value of a key is text that its type reads itself. */
    private static boolean isText(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .anyMatch(method -> method.getName().equals("parse"));
    }

    private static Class<?> plain(Type type) {
        return switch (type) {
            case Class<?> itself -> itself;
            case ParameterizedType generic -> plain(generic.getActualTypeArguments()[0]);
            default -> throw new AssertionError(type);
        };
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String leaf(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    /** The pages on which a key may stand. */
    private static Predicate<String> pages(String key) {
        String[] parts = key.split("\\.", -1);
        return switch (parts[0]) {
            case "portal", "desktop" ->
                page -> page.matches("(portal|admin-area|totp|wake-on-lan|grants|device-tickets)\\.md");
            case "auth" ->
                parts.length > 1 && (Providers.installed().containsKey(parts[1]) || parts[1].equals("paa"))
                        ? page -> page.matches("auth-(" + parts[1] + "(-.*)?|pam|ldap)\\.md|configuration\\.md")
                        : page -> page.equals("configuration.md");
            default -> page -> page.matches("configuration\\.md|rules\\.md|metrics\\.md|audit\\.md|kdc-proxy\\.md");
        };
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> docs() {
        try (Stream<Path> all = Files.list(DOCS)) {
            return all.filter(file -> file.toString().endsWith(".md")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyKeyStandsOnItsPage() {
        List<String> missing = new ArrayList<>();
        for (String key : keys()) {
            Predicate<String> pages = pages(key);
            boolean documented = docs().stream()
                    .filter(file -> pages.test(String.valueOf(file.getFileName())))
                    .map(DocumentedKeysTest::read)
                    .anyMatch(text -> mentions(text, leaf(key)));
            if (!documented) {
                missing.add(key);
            }
        }
        assertThat(missing).isEmpty();
    }

    /** In code, as a key or the header of a table. */
    private static boolean mentions(String text, String key) {
        String name = Pattern.quote(key);
        return Stream.of(
                        "`\\[{0,2}([a-z0-9-]+\\.)*" + name + "(]{0,2}`| = |\\.[a-z])",
                        "(?m)^" + name + " = ",
                        "[{,] " + name + " = ",
                        "(?m)^\\[{1,2}([a-z0-9-]+\\.)*" + name + "[.\\]]")
                .anyMatch(form -> Pattern.compile(form).matcher(text).find());
    }

    @Test
    void everyKeyOfATableOfADocumentationIsAKey() {
        Set<String> known = new TreeSet<>();
        keys().forEach(key -> known.add(leaf(key)));
        List<String> unknown = new ArrayList<>();
        for (Path file : docs()) {
            boolean inside = false;
            for (String line : read(file).lines().toList()) {
                inside = line.startsWith("|") && (inside || line.matches("\\| Keys?( of [^|]+)? \\|.*"));
                if (inside && line.startsWith("| `")) {
                    String first = line.split("\\|", 3)[1];
                    Matcher matcher = QUOTED.matcher(first);
                    while (matcher.find()) {
                        if (!known.contains(leaf(matcher.group(1).replaceAll("[\\[\\]]", "")))) {
                            unknown.add(file.getFileName() + ": " + matcher.group(1));
                        }
                    }
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    /** The keys of the example, those in comments, too. */
    private static Set<String> shown() {
        Set<String> shown = new TreeSet<>();
        String table = "";
        for (String line : read(EXAMPLE).lines().toList()) {
            Matcher header = TABLE.matcher(line);
            Matcher key = KEY.matcher(line);
            if (header.matches()) {
                table = header.group(1) + ".";
                shown.add(header.group(1));
            } else if (key.matches()) {
                shown.add(table + key.group(1));
                Matcher inline = Pattern.compile("[{,] ([a-z-]+) = ").matcher(line);
                while (inline.find()) {
                    shown.add(table + key.group(1) + "." + inline.group(1));
                }
            }
        }
        return shown;
    }

    @Test
    void theExampleShowsKeysOnly() {
        Set<String> unknown = shown();
        unknown.removeAll(keys());
        unknown.removeIf(key -> key.matches(".*\\.(file|env)") && !key.equals("audit.file"));
        assertThat(unknown).isEmpty();
    }

    @Test
    void theExampleShowsEveryKeyButThoseOfTablesThatHaveAPageOfTheirOwn() {
        Set<String> missing = keys();
        missing.removeAll(shown());
        // Of these the example shows the usual keys, and says where the others stand.
        missing.removeIf(key -> key.matches("auth\\.(oidc|header|kerberos\\.ldap|local\\.ldap)\\..*"));
        missing.removeIf(key -> shown().stream().anyMatch(other -> other.startsWith(key + ".")));
        missing.removeIf(key -> key.matches("listener\\.tls\\.channel-binding-certificates"));
        assertThat(missing).isEmpty();
    }

    /** What rules may name: the methods of the shipped providers, and those of tokens and device tickets. */
    @Test
    void everySignInMethodStandsInTheListOfMethods() {
        Set<String> methods = new TreeSet<>(Set.of("paa", "device-ticket"));
        Providers.installed().values().forEach(provider -> methods.addAll(provider.methods()));
        Set<String> listed = new TreeSet<>();
        read(DOCS.resolve("audit.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("| Method |"))
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> QUOTED.matcher(line.split("\\|", 3)[1]))
                .forEach(matcher -> matcher.results().forEach(found -> listed.add(found.group(1))));
        assertThat(listed).contains("negotiate");
        assertThat(listed).contains("totp");
        listed.removeAll(Set.of("negotiate", "totp")); // in refusals only
        assertThat(listed).isEqualTo(methods);
    }
}
