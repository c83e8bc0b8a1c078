package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.RequiredTools;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A real reverse proxy that runs a recipe of {@code docs/proxies} as it is printed: only names, addresses, ports, the
 * paths of certificates and Caddy's socket for administrators are those of the test.
 */
public final class ReverseProxy implements AutoCloseable {
    private static final Path RECIPES = Path.of("../docs/proxies");
    private static final long SECONDS_TO_END = 5;

    private final Process process;
    private final InetSocketAddress address;

    /** The recipes; those for TCP are the last. */
    public enum Recipe {
        NGINX_HTTP("nginx-http.conf", "nginx"),
        HAPROXY_HTTP("haproxy-http.cfg", "haproxy"),
        APACHE("apache.conf", "apache2"),
        CADDY("Caddyfile", "caddy"),
        NGINX_STREAM("nginx-stream.conf", "nginx"),
        HAPROXY_TCP("haproxy-tcp.cfg", "haproxy");

        private final String file;
        private final String program;

        Recipe(String file, String program) {
            this.file = file;
            this.program = program;
        }

        /** Its name in {@code docs/proxies}. */
        public String file() {
            return file;
        }

        /** Whether TLS ends at the gateway. */
        public boolean isTcp() {
            return this == NGINX_STREAM || this == HAPROXY_TCP;
        }

        /** The command that runs the recipe, which is written to {@code configuration}, in {@code folder}. */
        private List<String> command(Path configuration, Path folder) throws IOException {
            return switch (this) {
                case NGINX_HTTP -> nginx("http {\n" + NGINX_FRAME + "include %s;\n}\n", configuration, folder);
                case NGINX_STREAM ->
                    nginx("include %s;\n", configuration, folder, "load_module %s;\n".formatted(STREAM_MODULE));
                case HAPROXY_HTTP, HAPROXY_TCP -> List.of("haproxy", "-db", "-f", configuration.toString());
                case APACHE -> apache(configuration, folder);
                case CADDY -> List.of("caddy", "run", "--adapter", "caddyfile", "--config", configuration.toString());
            };
        }
    }

    private static final String STREAM_MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so";
    private static final String NGINX_FRAME = """
            access_log off;
            keepalive_requests 100000;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            """;

    /** What Debian has in other files: modules, and a limit that the recipe has to lift. */
    private static final String APACHE_FRAME = """
            ServerRoot FOLDER
            DefaultRuntimeDir FOLDER
            PidFile FOLDER/apache.pid
            ErrorLog FOLDER/error.log
            ServerName localhost
            User nobody
            Group nogroup
            StartServers 1
            ServerLimit 1
            ThreadsPerChild 32
            MaxRequestWorkers 32
            MaxKeepAliveRequests 0
            RequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500
            Listen ADDRESS
            Include SITE
            """;

    private static final Pattern APACHE_SITE = Pattern.compile("<VirtualHost (\\S+)>");
    private static final List<String> APACHE_MODULES = List.of(
            "mpm_event",
            "authz_core",
            "env",
            "setenvif",
            "headers",
            "reqtimeout",
            "ssl",
            "socache_shmcb",
            "proxy",
            "proxy_http");

    private ReverseProxy(Process process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    private static List<String> nginx(String body, Path configuration, Path folder, String... modules)
            throws IOException {
        Path frame = Files.writeString(
                folder.resolve("nginx.conf"),
                String.join("", modules) + "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {}\n"
                        + body.formatted(configuration));
        return List.of("nginx", "-p", folder + "/", "-c", frame.toString(), "-e", folder + "/error.log");
    }

    private static List<String> apache(Path configuration, Path folder) throws IOException {
        String modules = APACHE_MODULES.stream()
                .map(name -> "LoadModule %1$s_module /usr/lib/apache2/modules/mod_%1$s.so\n".formatted(name))
                .collect(Collectors.joining());
        Matcher site = APACHE_SITE.matcher(Files.readString(configuration));
        assertThat(site.find()).isTrue();
        Path frame = Files.writeString(
                folder.resolve("httpd.conf"),
                modules
                        + APACHE_FRAME
                                .replace("FOLDER", folder.toString())
                                .replace("ADDRESS", site.group(1))
                                .replace("SITE", configuration.toString()));
        return List.of("apache2", "-D", "FOREGROUND", "-f", frame.toString());
    }

    /**
     * Starts it in front of a gateway; the test is skipped where its program is not installed.
     *
     * @param folder where its files are put
     */
    public static ReverseProxy start(Recipe recipe, TestGateway gateway, Path folder) throws Exception {
        RequiredTools.assume(recipe.program);
        if (recipe == Recipe.NGINX_STREAM) {
            RequiredTools.assumeFile(Path.of(STREAM_MODULE), "libnginx-mod-stream");
        }
        TestCertificate.shared().writeTo(folder);
        String certificate = Files.readString(folder.resolve("gateway.pem"));
        String key = Files.readString(folder.resolve("gateway.key"));
        Files.writeString(folder.resolve("localhost.pem"), certificate);
        Files.writeString(folder.resolve("localhost.key"), key);
        Files.writeString(folder.resolve("localhost.both.pem"), certificate + key);
        InetSocketAddress address = Nginx.freeAddress();
        String text = Files.readString(RECIPES.resolve(recipe.file))
                .replace("10.0.0.5:8080", "[::1]:" + gateway.plain().getPort())
                .replace("10.0.0.5:8443", "[::1]:" + gateway.tls().getPort())
                .replace("192.0.2.1:443", "127.0.0.1:" + address.getPort())
                .replace("192.0.2.1", "127.0.0.1")
                .replace("gw.example.com:443", "localhost:" + address.getPort())
                .replace("gw.example.com", "localhost")
                .replace("/etc/proxy/", folder + "/");
        if (recipe == Recipe.CADDY) {
            text = text.replaceFirst("(?m)^\\{$", "{\n\tadmin unix/" + folder.resolve("admin.sock"));
        }
        Path configuration = Files.writeString(folder.resolve(recipe.file), text);
        Path log = folder.resolve("proxy.log");
        ProcessBuilder builder = new ProcessBuilder(recipe.command(configuration, folder))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "HOME", folder.toString(),
                        "XDG_DATA_HOME", folder.toString(),
                        "XDG_CONFIG_HOME", folder.toString()));
        Process started = builder.start();
        ReverseProxy proxy = new ReverseProxy(started, address);
        try {
            Await.until(recipe.program, () -> {
                assertThat(started.isAlive()).as(Files.readString(log)).isTrue();
                return answers(address);
            });
        } catch (Exception | AssertionError e) {
            proxy.close();
            throw e;
        }
        return proxy;
    }

    private static boolean answers(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    /** Where clients connect, with TLS. */
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, SECONDS_TO_END, TimeUnit.SECONDS)
                .join();
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
    }
}
