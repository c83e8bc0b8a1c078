package io.gatehouse.provider.local;

import java.net.InetAddress;
import org.apache.shiro.authc.UsernamePasswordToken;

/** What every realm of {@link RealmChain} is given: name, password and the address of the client. */
final class PasswordToken extends UsernamePasswordToken {
    private static final long serialVersionUID = 1L;

    private final transient LoginName name;
    private final transient InetAddress client;

    PasswordToken(LoginName name, char[] password, InetAddress client) {
        super(name.text(), password, client.getHostAddress());
        this.name = name;
        this.client = client;
    }

    /** The name with what it tells about itself. */
    LoginName name() {
        return name;
    }

    /** The address of the client. */
    InetAddress client() {
        return client;
    }
}
