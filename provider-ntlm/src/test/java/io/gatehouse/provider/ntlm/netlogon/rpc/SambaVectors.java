package io.gatehouse.provider.ntlm.netlogon.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;

/** Arguments and results as Samba's NDR library writes them. */
public final class SambaVectors {
    private static final Properties ALL = load();

    private SambaVectors() {}

    private static Properties load() {
        Properties properties = new Properties();
        try (InputStream stream =
                SambaVectors.class.getResourceAsStream("/io/gatehouse/provider/ntlm/netlogon/samba-ndr.properties")) {
            properties.load(Objects.requireNonNull(stream));
            return properties;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public static byte[] bytes(String name) {
        return HexFormat.of().parseHex(Objects.requireNonNull(ALL.getProperty(name), name));
    }
}
