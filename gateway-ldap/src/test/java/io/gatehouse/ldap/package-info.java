@NullMarked
package io.gatehouse.ldap;

import org.jspecify.annotations.NullMarked;
