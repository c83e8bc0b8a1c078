package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.ProviderContext;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jars that somebody put into {@code providers/}. */
class InstalledProvidersTest {
    private static final String SERVICES = "META-INF/services/io.gatehouse.api.AuthProviderFactory";

    @TempDir
    private Path jar;

    /** Nothing to configure. */
    public record Table() {}

    /** A provider that nobody uses. */
    public abstract static class Sample implements AuthProviderFactory<Table> {
        @Override
        public String name() {
            return "sample";
        }

        @Override
        public Class<Table> configType() {
            return Table.class;
        }

        @Override
        public AuthProvider create(Table config, ProviderContext context) {
            throw new IllegalStateException("never made");
        }
    }

    /** One. */
    public static final class First extends Sample {}

    /** Another of the same name. */
    public static final class Second extends Sample {}

    /** A jar whose configuration needs another jar. */
    public static final class Incomplete extends Sample {
        @Override
        public Class<Table> configType() {
            throw new NoClassDefFoundError("com/example/Library");
        }
    }

    /** A jar that cannot even be asked. */
    public static final class Thrower extends Sample {
        /** Fails. */
        public Thrower() {
            throw new IllegalStateException("no licence");
        }
    }

    private InstalledProviders installed(String services) throws IOException {
        Path file = jar.resolve(SERVICES);
        Files.createDirectories(file.getParent());
        Files.writeString(file, services);
        URL[] path = {jar.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(path, getClass().getClassLoader()) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                return findResources(name);
            }
        }) {
            return InstalledProviders.find(ServiceLoader.load(AuthProviderFactory.class, loader));
        }
    }

    private static String nested(String name) {
        return InstalledProvidersTest.class.getName() + "$" + name;
    }

    @Test
    void aGoodJarIsFound() throws IOException {
        InstalledProviders installed = installed(nested("First") + "\n");
        assertThat(installed.byName()).containsOnlyKeys("sample");
        assertThat(installed.problems()).isEmpty();
    }

    @Test
    void twoJarsOfOneNameAreToldWithTheirPlaces() throws IOException {
        InstalledProviders installed = installed(nested("First") + "\n" + nested("Second") + "\n");
        assertThat(installed.problems())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("two providers have the name \"sample\": /")
                .endsWith("test-classes/ (remove one of them)");
    }

    @ParameterizedTest
    @CsvSource({
        "com.example.Missing, a provider cannot be loaded:, com.example.Missing",
        "io.gatehouse.jetty.InstalledProvidersTest, a provider cannot be loaded:, not a subtype",
        "no name of a class, a provider cannot be loaded:, " + SERVICES,
    })
    void aBrokenServiceFileIsToldInWords(String services, String beginning, String reason) throws IOException {
        InstalledProviders installed = installed(services + "\n");
        assertThat(installed.byName()).isEmpty();
        assertThat(installed.problems())
                .hasSize(1)
                .first()
                .asString()
                .startsWith(beginning)
                .contains(reason);
    }

    @Test
    void aBrokenJarHidesNoOther() throws IOException {
        InstalledProviders installed =
                installed(nested("Thrower") + "\n" + nested("Incomplete") + "\n" + nested("First") + "\n");
        assertThat(installed.byName()).containsOnlyKeys("sample");
        assertThat(installed.problems()).hasSize(2);
        assertThat(installed.problems().getFirst())
                .startsWith("a provider cannot be loaded: ")
                .endsWith("java.lang.IllegalStateException: no licence");
        assertThat(installed.problems().getLast())
                .startsWith("the provider of /")
                .endsWith("cannot be used: java.lang.NoClassDefFoundError: com/example/Library");
    }
}
