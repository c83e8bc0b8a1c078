package io.gatehouse.dist.installed;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the tarball has beside the gateway: its own Java, the licences and the list of its libraries, manual pages. */
class TarballIT {
    /** The tarball, in bytes: more than today by a quarter, so that a doubling is somebody's decision. */
    private static final long LARGEST = 96L << 20;
    /** What jars name and the gateway never touches: the module, and the jar. */
    private static final Map<String, Set<String>> NOT_USED = Map.of(
            "icu4j", Set.of("java.desktop"), // fonts, in the layout of texts; names of hosts have none
            "jetty-util", Set.of("java.desktop")); // what containers of servlets do against leaks
    /** Modules that no jar names, and what they are for. */
    private static final Set<String> FOR_ADMINISTRATORS = Set.of(
            "jdk.jcmd", // thread dumps of a gateway that stands still
            "jdk.jfr"); // flight recordings (bench/README.md)

    private static final Pattern LICENSED = Pattern.compile("  (\\S+) +(\\S.*)");
    private static final Pattern TEXT = Pattern.compile("\\((\\S+\\.txt)\\)");
    /** A link of Markdown to a file, without its fragment. */
    private static final Pattern LINK = Pattern.compile("]\\((?![a-z]+:)([^)\\s#]+)(?:#[^)\\s]*)?\\)");

    private static final TestFolder FOLDER = new TestFolder();
    private static Path home = Path.of("");

    @BeforeAll
    static void unpack() throws IOException {
        home = InstalledGateway.unpack(FOLDER.freshFolder("gateway"));
    }

    @AfterAll
    static void delete() {
        FOLDER.close();
    }

    private static List<Path> jars(String folder) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve(folder))) {
            return files.filter(file -> !file.endsWith("java-options")).toList();
        }
    }

    private static String artifact(Path jar) {
        return String.valueOf(jar.getFileName()).replaceFirst("-[0-9][^/]*\\.jar$", "");
    }

    private static List<Path> jarsOfOthers() throws IOException {
        return jars("lib").stream()
                .filter(jar ->
                        !artifact(jar).startsWith("gateway-") && !artifact(jar).equals("dist"))
                .toList();
    }

    // ---- Java ------------------------------------------------------------------------------------------------------

    @Test
    void itRunsWithItsOwnJavaWhereNoOtherIs() {
        Command.Result version = Command.of(home.resolve("bin/gatehouse").toString(), "version")
                .withEnvironment(Map.of("JAVA_HOME", "/nowhere", "PATH", "/usr/bin:/bin"))
                .run(FOLDER);
        assertThat(version.succeeded()).as(version.output()).isTrue();
        assertThat(version.output()).contains("Java 25");
    }

    /** The classes that the jars name are in the runtime, with what their modules require, and nothing else is. */
    @Test
    void theRuntimeHasTheModulesThatTheJarsName() throws IOException {
        Map<String, ModuleDescriptor> system = new HashMap<>();
        Map<String, String> moduleOf = new HashMap<>();
        for (ModuleReference reference : ModuleFinder.ofSystem().findAll()) {
            ModuleDescriptor module = reference.descriptor();
            system.put(module.name(), module);
            module.packages().forEach(each -> moduleOf.put(each, module.name()));
        }
        Set<String> named = new TreeSet<>(FOR_ADMINISTRATORS);
        for (String folder : List.of("lib", "providers")) {
            for (Path jar : jars(folder)) {
                Set<String> ofJar = modulesNamedBy(jar, moduleOf);
                ofJar.removeAll(NOT_USED.getOrDefault(artifact(jar), Set.of()));
                named.addAll(ofJar);
            }
        }
        Set<String> wanted = new TreeSet<>();
        named.forEach(name -> addWithRequired(name, system, wanted));
        List<String> there = Command.of(home.resolve("runtime/bin/java").toString(), "--list-modules")
                .runOrThrow(FOLDER)
                .lines()
                .map(line -> line.replaceFirst("@.*", ""))
                .toList();
        assertThat(there).containsExactlyInAnyOrderElementsOf(wanted);
    }

    private static void addWithRequired(String name, Map<String, ModuleDescriptor> system, Set<String> all) {
        if (all.add(name)) {
            requireNonNull(system.get(name)).requires().stream()
                    .filter(requires -> !requires.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                    .forEach(requires -> addWithRequired(requires.name(), system, all));
        }
    }

    private static Set<String> modulesNamedBy(Path jar, Map<String, String> moduleOf) throws IOException {
        Set<String> modules = new HashSet<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : file.stream().toList()) {
                if (entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class")) {
                    try (InputStream in = file.getInputStream(entry)) {
                        addModules(in.readAllBytes(), moduleOf, modules);
                    }
                }
            }
        }
        return modules;
    }

    private static void addModules(byte[] type, Map<String, String> moduleOf, Set<String> modules) {
        for (PoolEntry entry : ClassFile.of().parse(type).constantPool()) {
            if (entry instanceof ClassEntry named) {
                String name = named.asInternalName().replaceFirst("^\\[+L?", "");
                int slash = name.lastIndexOf('/');
                String module =
                        moduleOf.get(slash < 0 ? "" : name.substring(0, slash).replace('/', '.'));
                if (module != null) {
                    modules.add(module);
                }
            }
        }
    }

    /** The sign-in by accounts of the machine calls libpam, for which Java needs more than its modules. */
    @Test
    void theRuntimeCallsLibrariesOfTheSystem() throws IOException {
        Path configuration = Files.writeString(home.resolve("conf/pam.toml"), """
                [[listener]]
                address = "127.0.0.1:0"
                tls = { certificate = "pam.pem", key = "pam.key", self-signed = true }
                [auth]
                order = ["local"]
                [auth.local]
                realms = ["pam"]
                [auth.local.pam]
                service = "login"
                """);
        RequiredTools.assumeFile(Path.of("/etc/pam.d/login"), "login");
        Command.Result check = Command.of(
                        home.resolve("bin/gatehouse").toString(), "check", "--config", configuration.toString())
                .run(FOLDER);
        assertThat(check.succeeded()).as(check.output()).isTrue();
    }

    // ---- What comes with it ----------------------------------------------------------------------------------------

    @Test
    void everyJarOfOthersHasItsLicence() throws IOException {
        Map<String, String> licences = new TreeMap<>();
        for (String line : Files.readAllLines(home.resolve("licenses/README"))) {
            var matcher = LICENSED.matcher(line);
            if (matcher.matches()) {
                licences.put(matcher.group(1), matcher.group(2));
            }
        }
        assertThat(licences.keySet())
                .containsExactlyElementsOf(new TreeSet<>(
                        jarsOfOthers().stream().map(TarballIT::artifact).toList()));
        for (Path jar : jarsOfOthers()) {
            String licence = requireNonNull(licences.get(artifact(jar)));
            var text = TEXT.matcher(licence);
            if (licence.endsWith("(in the jar)")) {
                try (JarFile file = new JarFile(jar.toFile())) {
                    assertThat(file.stream().map(JarEntry::getName))
                            .as(jar.toString())
                            .anyMatch(name -> name.matches("META-INF/LICENSE.*"));
                }
            } else if (text.find()) {
                assertThat(home.resolve("licenses").resolve(text.group(1))).isNotEmptyFile();
            } else {
                assertThat(licence).as(jar.toString()).isIn("Apache-2.0", "Public domain");
            }
        }
        assertThat(home.resolve("LICENSE")).content().contains("Apache License");
        assertThat(home.resolve("runtime/legal/java.base/LICENSE")).isNotEmptyFile();
    }

    /** Java would keep none of its classes in the AOT cache. */
    @Test
    void noJarIsSigned() throws IOException {
        for (String folder : List.of("lib", "providers")) {
            for (Path jar : jars(folder)) {
                try (JarFile file = new JarFile(jar.toFile(), false)) {
                    assertThat(file.stream().map(JarEntry::getName))
                            .as(String.valueOf(jar.getFileName()))
                            .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC)"));
                }
            }
        }
    }

    /** Java parses the manifest of a jar at the start, and keeps it: a digest for each class is too much. */
    @Test
    void noManifestHasDigestsOfTheFilesInItsJar() throws IOException {
        for (String folder : List.of("lib", "providers")) {
            for (Path jar : jars(folder)) {
                try (JarFile file = new JarFile(jar.toFile(), false)) {
                    assertThat(requireNonNull(file.getManifest()).getEntries().values())
                            .as(String.valueOf(jar.getFileName()))
                            .allSatisfy(attributes -> assertThat(attributes.keySet())
                                    .noneMatch(name -> name.toString().endsWith("-Digest")));
                }
            }
        }
    }

    @Test
    void theListOfLibrariesHasEveryJar() throws Exception {
        Map<String, Object> list = JSONObjectUtils.parse(Files.readString(home.resolve("sbom.cdx.json")));
        assertThat(list).containsEntry("bomFormat", "CycloneDX");
        Set<String> listed = new HashSet<>();
        for (Map<String, Object> each : JSONObjectUtils.getJSONObjectArray(list, "components")) {
            listed.add(each.get("name") + "-" + each.get("version") + ".jar");
            assertThat(each).as(each.toString()).containsKeys("purl", "hashes");
        }
        List<String> jars = new ArrayList<>();
        for (Path jar : jars("lib")) {
            jars.add(String.valueOf(jar.getFileName()));
        }
        jars.removeIf(jar -> jar.startsWith("dist-")); // the list is of what it contains
        assertThat(listed).containsAll(jars);
    }

    @Test
    void everyCommandHasAManualPageThatManUnderstands() throws IOException {
        RequiredTools.assume("groff");
        List<Path> pages = jars("share/man1");
        assertThat(pages.stream().map(page -> String.valueOf(page.getFileName())))
                .contains("gatehouse.1", "gatehouse-check.1", "gatehouse-user-add.1");
        List<String> command = new ArrayList<>(List.of("groff", "-man", "-Tutf8", "-ww", "-z"));
        pages.forEach(page -> command.add(page.toString()));
        assertThat(Command.of(command.toArray(String[]::new)).runOrThrow(FOLDER))
                .isEmpty();
        String text = Files.readString(home.resolve("share/man1/gatehouse-user-add.1"));
        assertThat(text)
                .contains(
                        ".SH SYNOPSIS\ngatehouse user add ",
                        ".B \\-\\-password\\-stdin",
                        "EXIT STATUS",
                        "gatehouse\\-user(1)")
                .doesNotContain("gatehouse explain");
        assertThat(home.resolve("share/completion/gatehouse")).content().contains("complete -F");
    }

    /** Pictures and the description of the admin API are files of it; the benchmark belongs to the repository only. */
    @Test
    void everyLinkOfItsPagesLeadsToAFileOfIt() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            for (Matcher link = LINK.matcher(Files.readString(page)); link.find(); links++) {
                Path file = requireNonNull(page.getParent()).resolve(link.group(1));
                if (!Files.exists(file) && !file.endsWith("bench/README.md")) {
                    broken.add(home.relativize(page) + ": " + link.group(1));
                }
            }
        }
        assertThat(links).isGreaterThan(300);
        assertThat(broken).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String folder : List.of("", "docs", "docs/adr", "docs/security")) {
            try (Stream<Path> files = Files.list(home.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages;
    }

    @Test
    void theChecksumIsThatOfTheTarballAndItsSizeIsBounded() throws IOException {
        Path tarball = InstalledGateway.tarball();
        Path folder = requireNonNull(tarball.getParent());
        String result = Command.of(
                        "sh",
                        "-c",
                        "cd \"$1\" && sha256sum --check \"$2\"",
                        "sh",
                        folder.toString(),
                        tarball.getFileName() + ".sha256")
                .runOrThrow(FOLDER);
        assertThat(result).isEqualTo(tarball.getFileName() + ": OK\n");
        assertThat(Files.size(tarball)).isLessThan(LARGEST);
    }
}
