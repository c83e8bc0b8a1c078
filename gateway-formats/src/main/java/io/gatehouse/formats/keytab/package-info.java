/**
 * The MIT keytab file: long-term keys of service principals and machine accounts, shared by the providers that need
 * them.
 */
@NullMarked
package io.gatehouse.formats.keytab;

import org.jspecify.annotations.NullMarked;
