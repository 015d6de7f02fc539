# Runs the commands "$2" in the machine that stage.sh made in "$1": in namespaces of their own, with its /etc for /etc.
set -eu
mount --bind "$1/etc" /etc
for folder in /run /var/log /var/spool/postfix /var/lib/postfix; do
  mount -t tmpfs -o mode=755 none "$folder"
done
mkdir -p /run/haproxy /run/apache2 /run/lock /var/log/nginx /var/log/apache2 /var/log/caddy
ip link set lo up
chown postfix: /var/lib/postfix
cd "$1/work"
export HOME="$1/home" PATH="$1/bin:/usr/sbin:/usr/bin:/sbin:/bin" LC_ALL=C
JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$(command -v keytool)")")")
export JAVA_HOME
exec setsid --wait bash -c "set -e -o pipefail; $2"
