package io.gatehouse.provider.local;

import io.gatehouse.api.CpuWork;
import java.net.InetAddress;
import org.apache.shiro.authc.UsernamePasswordToken;

/** What every realm of {@link RealmChain} is given: name, password, the address of the client, and where to compute. */
final class PasswordToken extends UsernamePasswordToken {
    private static final long serialVersionUID = 1L;

    private final transient LoginName name;
    private final transient InetAddress client;
    private final transient CpuWork cpu;

    PasswordToken(LoginName name, char[] password, InetAddress client, CpuWork cpu) {
        super(name.text(), password, client.getHostAddress());
        this.name = name;
        this.client = client;
        this.cpu = cpu;
    }

    /** The name with what it tells about itself. */
    LoginName name() {
        return name;
    }

    /** The address of the client. */
    InetAddress client() {
        return client;
    }

    /** Where a realm computes hashes. */
    CpuWork cpu() {
        return cpu;
    }
}
